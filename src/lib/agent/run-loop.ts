import type { BotIdentity } from './bot-identity.js';
import { type SeenAuthorities, watchAuthorities } from './ca-rotation.js';
import type { AgentContext } from './context.js';
import type { Health } from './health.js';
import { type ReportedService, sendHeartbeat } from './heartbeat.js';
import type { Identity } from './identity.js';
import { errorText, type Logger } from './logs.js';
import { type ReloadOptions, reload, type Setup } from './reload.js';
import { attempt, intervalMs, intervalWithin } from './retry.js';
import { type OutputService, renderOutput } from './services.js';

const HEARTBEAT_INTERVAL_MS = 30 * 60_000; // join §6.2
/** How long the first heartbeat waits for the other services (tbot §12). */
const LONGEST_WAIT_MS = 30_000;

export interface RunOptions extends Setup, ReloadOptions {
  bot: BotIdentity;
  startedAt: Date;
  /** Told how each piece of work ends. */
  health: Health;
  /** Given when the process is to end. */
  stop: AbortSignal;
}

/**
 * Renews the bot's identity and its outputs until it is stopped. Failures never end it: they are logged and tried again. A
 * reload takes the configuration as it is then, and renews everything.
 */
export async function runLoop(options: RunOptions): Promise<void> {
  const { stop } = options;
  let setup: Setup = options;
  const seen: SeenAuthorities = {};
  for (let isFirstRound = true; !stop.aborted; isFirstRound = false) {
    const rotation = new AbortController();
    await runRound({ ...options, ...setup }, { seen, rotation, isFirstRound });
    if (setup.wish.aborted && !stop.aborted) setup = await reload(setup, options);
  }
}

interface Round {
  seen: SeenAuthorities;
  /** Ends the round when the cluster's authorities have changed. */
  rotation: AbortController;
  /** The identity is fresh. */
  isFirstRound: boolean;
}

/** All the work under one configuration, until something asks for everything anew. */
async function runRound(options: RunOptions, { seen, rotation, isFirstRound }: Round): Promise<void> {
  const { context, bot, outputs, startedAt, health } = options;
  const signal = AbortSignal.any([options.stop, options.wish, rotation.signal]);
  const renewal: Task = {
    name: 'identity',
    kind: 'bot-identity-renewal',
    what: 'renewing the bot identity',
    log: context.log.of('tbot:identity'),
    intervalMs: context.config.lifetime.intervalMs,
    isDueAtOnce: false,
    work: () => bot.renew(context),
    made: () => bot.current,
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
  const tasks = [renewal, heartbeat, ...outputs.map((output) => outputTask(context, bot, output))];
  const watched = { name: 'ca-rotation', isHealthy: false };
  health.expect([...tasks.map(({ name, isDueAtOnce }) => ({ name, isHealthy: !isDueAtOnce })), watched]);
  if (!isFirstRound) renewal.isDueAtOnce = !(await isDone(renewal, health));
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

function outputTask(context: AgentContext, bot: BotIdentity, output: OutputService): Task {
  let made: Identity | undefined;
  return {
    name: output.name,
    kind: 'output-renewal',
    what: `writing ${output.name}`,
    log: context.log.of(`tbot:svc:${output.name}`),
    intervalMs: (output.service.lifetime ?? context.config.lifetime).intervalMs,
    isDueAtOnce: true,
    async work() {
      made = await renderOutput(context, bot, output);
    },
    made: () => made,
  };
}

/** Tries the renewal before the outputs are, so that they come of the new identity; while it fails, they come of the old. */
async function isDone(task: Task, health: Health): Promise<boolean> {
  try {
    await health.watch(task, task.work);
    return true;
  } catch (error) {
    task.log.warn(`${task.what} failed; going on with the one before`, { error: errorText(error) });
    return false;
  }
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
  /** What the work has made last, if that expires. */
  made?: () => Identity | undefined;
}

async function repeat(context: AgentContext, task: Task, signal: AbortSignal, health: Health): Promise<void> {
  const wait = () => {
    const fitting = intervalWithin(task.intervalMs, task.made?.()?.validTo, context.clock());
    return context.pause(intervalMs(fitting, context.random()), signal);
  };
  if (!task.isDueAtOnce) await wait();
  while (!signal.aborted) {
    await attempt(context, { what: task.what, log: task.log, signal }, () => health.watch(task, task.work));
    await wait();
  }
}
