import { type Client, isErrorCode } from '../client/index.js';
import type { CertAuthorityV2 } from '../gen/types/cert_authorities_pb.js';
import type { BotIdentity } from './bot-identity.js';
import { type AgentContext, connectAs } from './context.js';
import type { Health } from './health.js';
import { attempt, intervalMs } from './retry.js';

/** The authorities that files of outputs depend on. */
const TYPES = ['host', 'user', 'db'];
/** Steps of a rotation after which nothing has to be written anew (tbot §5.6). */
const QUIET_PHASES = ['', 'init', 'update_servers'];
/** A rotation changes several authorities at once: they are waited for. */
const DEBOUNCE_MS = 10_000;
const RETRY_MS = 2_000;

/** What the last watch has seen, so that the next notices what happened between the two. */
export interface SeenAuthorities {
  state?: string;
}

export interface AuthorityWatch {
  seen: SeenAuthorities;
  health: Health;
  signal: AbortSignal;
  /** Everything is to be renewed. */
  onRotation: () => void;
}

/** Watches the cluster's authorities until the signal is given, again after each error (tbot §5.6). */
export async function watchAuthorities(
  context: AgentContext,
  bot: BotIdentity,
  { seen, health, signal, onRotation }: AuthorityWatch,
): Promise<void> {
  const log = context.log.of('tbot:ca-rotation');
  const name = 'ca-rotation';
  const watchOnce = async () => {
    const client = await connectAs(context, bot.current, 'bot identity');
    // The certificate that the watch was opened with must not outlive it.
    const ended = new AbortController();
    const limit = AbortSignal.any([signal, ended.signal]);
    const limited = context.pause(context.config.lifetime.ttlMs, limit).then(() => ended.abort());
    try {
      for await (const authority of client.certAuthorities.watch(TYPES, client.clusterName, { signal: limit })) {
        if (authority === undefined) health.note(name);
        if (authority === undefined ? !(await hasChanged(client, seen)) : isQuiet(authority)) continue;
        log.info('the authorities of the cluster change: renewing everything soon', {
          authority: authority?.spec?.type,
          phase: authority?.spec?.rotation?.phase,
          in_s: DEBOUNCE_MS / 1000,
        });
        await context.pause(DEBOUNCE_MS, signal);
        if (signal.aborted) return;
        seen.state = await stateOf(client);
        return onRotation();
      }
    } catch (error) {
      if (limit.aborted) return;
      if (!isErrorCode(error, 'not_implemented')) throw error;
      log.debug('the cluster does not tell of changes to its authorities; each renewal takes up what has changed');
      health.note(name);
      await context.pause(context.config.lifetime.ttlMs, signal);
    } finally {
      ended.abort();
      await limited;
      await client.close();
    }
  };
  while (!signal.aborted) {
    await attempt(context, { what: 'watching the authorities', log, signal }, () =>
      watchOnce().catch((error: unknown) => {
        health.note(name, error);
        throw error;
      }),
    );
    await context.pause(intervalMs(RETRY_MS, context.random()), signal);
  }
}

async function hasChanged(client: Client, seen: SeenAuthorities): Promise<boolean> {
  const before = seen.state;
  seen.state = await stateOf(client);
  return before !== undefined && before !== seen.state;
}

async function stateOf(client: Client): Promise<string> {
  const authorities = await Promise.all(TYPES.map((type) => client.certAuthorities.get(type, client.clusterName)));
  return authorities.map(({ metadata, spec }) => `${spec?.rotation?.phase ?? ''} ${metadata?.revision}`).join('\n');
}

function isQuiet({ spec }: CertAuthorityV2): boolean {
  return QUIET_PHASES.includes(spec?.rotation?.phase ?? '');
}
