// Many agents of tbot in one process, as the soak and its short form in the tests run them.
import { join } from 'node:path';

import { BotIdentity } from '../src/lib/agent/bot-identity.js';
import { parseConfig } from '../src/lib/agent/config.js';
import type { AgentContext } from '../src/lib/agent/context.js';
import { Health, type Iteration } from '../src/lib/agent/health.js';
import type { Logger } from '../src/lib/agent/logs.js';
import { runLoop } from '../src/lib/agent/run-loop.js';
import { openDestination, openOutputs } from '../src/lib/agent/services.js';

export interface AgentsOptions extends Pick<AgentContext, 'clock' | 'pause' | 'random' | 'log'> {
  authAddress: string;
  /** One-time tokens: one agent joins with each. */
  tokens: readonly string[];
  /** Holds a storage folder for each agent. */
  folder: string;
  lifetime: { ttlMs: number; intervalMs: number };
  /** Told of every piece of work of every agent. */
  onIteration(iteration: Iteration): void;
  /** Nobody wishes to reload if absent. */
  nextReload?: () => AbortSignal;
}

export interface Agents {
  identities: readonly BotIdentity[];
  healths: readonly Health[];
  stop(): Promise<void>;
}

/** Joins with every token, a few at once, and leaves the agents running: each renews its identity and one output. */
export async function startAgents(options: AgentsOptions): Promise<Agents> {
  const end = new AbortController();
  const identities: BotIdentity[] = [];
  const healths: Health[] = [];
  const running: Promise<void>[] = [];
  const waiting = options.tokens.entries();
  const starter = async () => {
    for (const [index, token] of waiting) {
      const { bot, health, loop } = await startAgent(options, token, join(options.folder, String(index)), end.signal);
      identities.push(bot);
      healths.push(health);
      running.push(loop);
    }
  };
  await Promise.all([starter(), starter(), starter(), starter()]);
  return {
    identities,
    healths,
    async stop() {
      end.abort();
      await Promise.all(running);
    },
  };
}

async function startAgent(options: AgentsOptions, token: string, folder: string, stop: AbortSignal) {
  const { authAddress, lifetime, clock, pause, random, log } = options;
  const { ttlMs, intervalMs } = lifetime;
  const config = await parseConfig(
    `version: v2
auth_server: ${authAddress}
onboarding: {join_method: token, token: ${token}}
storage: {type: directory, path: ${folder}}
outputs: [{type: identity, destination: {type: memory}}]
credential_ttl: ${ttlMs}ms
renewal_interval: ${intervalMs}ms
`,
    'agents.yaml',
  );
  const context: AgentContext = { config, clock, pause, random, log, env: {}, program: '/usr/bin/tbot' };
  const storage = openDestination(config.storage, log);
  await storage.init();
  const bot = await BotIdentity.start(context, storage);
  const health = new Health(clock);
  health.onIteration = options.onIteration;
  const outputs = await openOutputs(context, storage);
  const { nextReload = () => new AbortController().signal } = options;
  const load = async () => context;
  const setup = { context, outputs, wish: nextReload() };
  const loop = runLoop({ ...setup, bot, storage, startedAt: clock(), health, stop, nextReload, load });
  return { bot, health, loop };
}

/** Takes nothing down but what went wrong. */
export function failureLog(failures: string[]): Logger {
  const note = (message: string, fields: object = {}) => void failures.push(`${message} ${JSON.stringify(fields)}`);
  const nothing = () => undefined;
  const log: Logger = { debug: nothing, info: nothing, warn: note, error: note, of: () => log };
  return log;
}
