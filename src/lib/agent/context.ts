import { type Client, connect } from '../client/index.js';
import type { Clock } from '../util/clock.js';
import { TELEPORT_VERSION } from '../util/teleport-version.js';
import type { BotConfig } from './config.js';
import { credentialsOf, type Identity } from './identity.js';
import type { Logger } from './logs.js';

/** What the parts of the agent share: the configuration, and the world outside it. */
export interface AgentContext {
  config: BotConfig;
  log: Logger;
  clock: Clock;
  env: Record<string, string | undefined>;
  /** Resolves after that many milliseconds, or at once when the signal is given. */
  pause(ms: number, signal: AbortSignal): Promise<void>;
  /** At least 0, less than 1. */
  random(): number;
  /** Absolute path of this program, for files that run it again. */
  program: string;
}

/** The address in the configuration: that of the proxy or of the auth service. */
export function addressOf({ proxyServer, authServer }: BotConfig): string {
  return proxyServer ?? authServer ?? '';
}

/** Connects as an identity. */
export function connectAs({ config, env }: AgentContext, identity: Identity, label: string): Promise<Client> {
  return connect({
    authServer: addressOf(config),
    credentials: credentialsOf(identity, label),
    insecure: config.insecure && config.proxyServer === undefined && identity.tlsAuthorities.length === 0,
    env,
    userAgent: `tbot/${TELEPORT_VERSION}`,
    timeoutMs: CALL_TIMEOUT_MS,
  });
}

const CALL_TIMEOUT_MS = 60_000;
