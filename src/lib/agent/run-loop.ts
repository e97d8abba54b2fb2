import type { BotIdentity } from './bot-identity.js';
import { type SeenAuthorities, watchAuthorities } from './ca-rotation.js';
import type { AgentContext } from './context.js';
import type { Destination } from './destinations/destination.js';
import type { Health } from './health.js';
import { type ReportedService, sendHeartbeat } from './heartbeat.js';
import { errorText, type Logger } from './logs.js';
import { attempt, intervalMs } from './retry.js';
import { type OutputService, openOutputs, renderOutput } from './services.js';

const HEARTBEAT_INTERVAL_MS = 30 * 60_000; // join §6.2
/** How long the first heartbeat waits for the other services (tbot §12). */
const LONGEST_WAIT_MS = 30_000;

export interface RunOptions {
  context: AgentContext;
  bot: BotIdentity;
  storage: Destination;
  outputs: readonly OutputService[];
  startedAt: Date;
  /** Told how each piece of work ends. */
  health: Health;
  /** Given when the process is to end. */
  stop: AbortSignal;
  /** Gives a signal for each round: given when everything is to be renewed at once. */
  nextReload: () => AbortSignal;
  /** Reads the configuration anew. */
  reload: () => Promise<AgentContext>;
}

/**
 * Renews the bot's identity and its outputs until it is stopped. Failures never end it: they are logged and tried again. A
 * reload takes the configuration as it is then, and renews everything.
 */
export async function runLoop(options: RunOptions): Promise<void> {
  const { stop, bot, storage } = options;
  let { context, outputs } = options;
  const seen: SeenAuthorities = {};
  let isFirstRound = true;
  while (!stop.aborted) {
    const reload = options.nextReload();
    const rotation = new AbortController();
    await runRound({ ...options, context, outputs }, { seen, reload, rotation, isFirstRound });
    isFirstRound = false;
    if (stop.aborted) return;
    if (reload.aborted) {
      try {
        const next = await options.reload();
        outputs = await openOutputs(next, storage);
        context = next;
        context.log.info('reloaded the configuration');
      } catch (error) {
        context.log.error('the configuration cannot be used; going on with the one before', {
          error: errorText(error),
        });
      }
    }
    const log = context.log.of('tbot:identity');
    const signal = AbortSignal.any([stop, options.nextReload()]);
    await attempt(context, { what: 'renewing the bot identity', log, signal }, () => bot.renew(context));
  }
}

interface Round {
  seen: SeenAuthorities;
  /** Given when the configuration is to be read again. */
  reload: AbortSignal;
  /** Ends the round when the cluster's authorities have changed. */
  rotation: AbortController;
  isFirstRound: boolean;
}

/** All the work under one configuration, until something asks for everything anew. */
async function runRound(options: RunOptions, { seen, reload, rotation, isFirstRound }: Round): Promise<void> {
  const { context, bot, outputs, startedAt, health } = options;
  const signal = AbortSignal.any([options.stop, reload, rotation.signal]);
  const renewal: Task = {
    name: 'identity',
    kind: 'bot-identity-renewal',
    what: 'renewing the bot identity',
    log: context.log.of('tbot:identity'),
    intervalMs: context.config.lifetime.intervalMs,
    isDueAtOnce: false,
    work: () => bot.renew(context),
  };
  const heartbeat: Task = {
    name: 'heartbeat',
    kind: 'submit-heartbeat',
    what: 'the heartbeat',
    log: context.log.of('tbot:heartbeat'),
    intervalMs: HEARTBEAT_INTERVAL_MS,
    isDueAtOnce: true,
    work: async () => {
      await othersReported(context, health, signal);
      await sendHeartbeat(context, bot, { startedAt, isStartup: isFirstRound, services: reportedServices(options) });
    },
  };
  const written = outputs.map(
    (output): Task => ({
      name: output.name,
      kind: 'output-renewal',
      what: `writing ${output.name}`,
      log: context.log.of(`tbot:svc:${output.name}`),
      intervalMs: (output.service.lifetime ?? context.config.lifetime).intervalMs,
      isDueAtOnce: true,
      work: async () => void (await renderOutput(context, bot, output)),
    }),
  );
  const tasks = [renewal, heartbeat, ...written];
  const watched = { name: 'ca-rotation', isHealthy: false };
  health.expect([...tasks.map(({ name, isDueAtOnce }) => ({ name, isHealthy: !isDueAtOnce })), watched]);
  const watch = { seen, health, signal, onRotation: () => rotation.abort() };
  await Promise.all([
    ...tasks.map((task) => repeat(context, task, signal, health)),
    watchAuthorities(context, bot, watch),
  ]);
}

/** The first heartbeat waits for the others, or it would say of each that it only begins. */
async function othersReported(context: AgentContext, health: Health, signal: AbortSignal): Promise<void> {
  const enough = new AbortController();
  const ended = AbortSignal.any([signal, enough.signal]);
  await Promise.race([health.othersReported('heartbeat', ended), context.pause(LONGEST_WAIT_MS, ended)]);
  enough.abort();
}

/** Those that are no output of the configuration are the agent's own. */
function reportedServices({ outputs, health }: RunOptions): ReportedService[] {
  const types = new Map(outputs.map(({ name, service }) => [name, service.type]));
  const known = Object.entries(health.services).filter(([name]) => name !== 'heartbeat');
  return known.map(([name, how]) => ({ name, type: types.get(name) ?? `internal/${name}`, ...how }));
}

interface Task {
  name: string;
  /** What metrics call it (tbot §5.8). */
  kind: string;
  what: string;
  log: Logger;
  intervalMs: number;
  isDueAtOnce: boolean;
  work: () => Promise<void>;
}

async function repeat(context: AgentContext, task: Task, signal: AbortSignal, health: Health): Promise<void> {
  const wait = () => context.pause(intervalMs(task.intervalMs, context.random()), signal);
  if (!task.isDueAtOnce) await wait();
  while (!signal.aborted) {
    await attempt(context, { what: task.what, log: task.log, signal }, () => health.watch(task, task.work));
    await wait();
  }
}
