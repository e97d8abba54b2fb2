import type { AgentContext } from './context.js';
import type { Destination } from './destinations/destination.js';
import { errorText } from './logs.js';
import { type OutputService, openOutputs } from './services.js';

/** What the agent works by: its configuration as it was read last. */
export interface Setup {
  context: AgentContext;
  outputs: readonly OutputService[];
  /** Given when the configuration is to be read anew. */
  wish: AbortSignal;
}

export interface ReloadOptions {
  storage: Destination;
  /** The signal of the next wish to reload: of one that comes after the call. */
  nextReload: () => AbortSignal;
  /** Reads the configuration anew. */
  load: () => Promise<AgentContext>;
}

/** What is settled once the agent runs. */
const AT_START = { storage: 'storage', diagAddr: 'diag_addr', oneshot: 'oneshot' } as const;

/** Takes the configuration as it is now. One that cannot be used is logged, and the one before stays. */
export async function reload(
  { context, outputs }: Setup,
  { storage, nextReload, load }: ReloadOptions,
): Promise<Setup> {
  const wish = nextReload(); // before it is read: a wish that comes meanwhile may be for what is not read any more
  try {
    const next = await load();
    const opened = await openOutputs(next, storage);
    for (const [field, key] of Object.entries(AT_START) as [keyof typeof AT_START, string][])
      if (JSON.stringify(next.config[field]) !== JSON.stringify(context.config[field]))
        next.log.warn('a change of the configuration waits for the next start', { key });
    next.log.info('reloaded the configuration');
    return { context: next, outputs: opened, wish };
  } catch (error) {
    context.log.error('the configuration cannot be used; going on with the one before', { error: errorText(error) });
    return { context, outputs, wish };
  }
}
