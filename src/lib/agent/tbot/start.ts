import { setTimeout as wait } from 'node:timers/promises';

import { BotIdentity } from '../bot-identity.js';
import type { Command, World } from '../command.js';
import type { FlagValues } from '../command-line.js';
import type { BotConfig } from '../config.js';
import { applyFlags, durationFlag, loadConfig } from '../config-flags.js';
import { checkStart, lifetimeWarnings } from '../config-rules.js';
import type { AgentContext } from '../context.js';
import type { Destination } from '../destinations/destination.js';
import { GLOBAL_FLAGS, LEGACY_FLAGS, OUTPUT_FLAGS, RUN_FLAGS } from '../flags.js';
import { Health } from '../health.js';
import { runOneShot } from '../one-shot.js';
import type { OutputCommand } from '../output-commands.js';
import { pauseBy } from '../pause.js';
import { type ReloadOptions, reload, type Setup } from '../reload.js';
import { attempt, isPassing } from '../retry.js';
import { runLoop } from '../run-loop.js';
import { type OutputService, openDestination, openOutputs } from '../services.js';
import { reloading, systemdNotify } from '../systemd-notify.js';

export const startLegacy: Command = {
  summary: 'Run the agent from a configuration file, or from flags',
  details: [
    'Joins the cluster at the first start, continues from its storage folder at the next ones, and keeps the outputs fresh until it is stopped (SIGTERM, SIGINT). SIGHUP and SIGUSR1 make it read its configuration anew and renew everything. Flags win over the file, each over its own key.',
  ],
  examples: [
    { does: 'Run as the configuration says', line: 'tbot start -c /etc/tbot.yaml' },
    {
      does: 'Write the outputs once, trying for five minutes, and tell how it went',
      line: 'tbot start -c tbot.yaml --oneshot --oneshot-timeout=5m --format=json',
    },
  ],
  flags: { ...GLOBAL_FLAGS, ...LEGACY_FLAGS, ...RUN_FLAGS },
  run: (flags, world) => start(flags, world),
};

/** `tbot start` with an output made of flags. */
export function startOutput(output: OutputCommand): Command {
  return {
    summary: `Run the agent with ${output.what}`,
    ...(output.examples === undefined ? {} : { examples: output.examples }),
    flags: { ...GLOBAL_FLAGS, ...OUTPUT_FLAGS, ...RUN_FLAGS, ...output.flags },
    run: (flags, world) => start(flags, world, output),
  };
}

/** How long work under way may take to end; main.ts ends the process a little later. */
const GRACE_MS = 3_000;

async function start(flags: FlagValues, world: World, output?: OutputCommand): Promise<number> {
  const startedAt = world.clock();
  const load = async () => {
    const config = applyFlags(await loadConfig(flags, world.log), flags, world.log, output);
    checkStart(config);
    for (const warning of lifetimeWarnings(config)) world.log.warn(warning);
    return contextOf(config, world);
  };
  const wish = world.nextReload();
  const context = await load();
  const { config, log } = context;
  if (world.env.TELEPORT_ANONYMOUS_TELEMETRY)
    log.info('TELEPORT_ANONYMOUS_TELEMETRY is set; this tbot has no telemetry and sends nothing');
  const storage = openDestination(config.storage, log);
  await storage.init();
  if (!storage.isPersistent) log.warn('the storage is not persistent: the bot identity is lost when the agent ends');
  const lock = await storage.lock?.();
  let diagnostics: { close(): void } | undefined;
  try {
    const outputs = await openOutputs(context, storage);
    if (config.oneshot) return await runOnce({ context, storage, outputs }, flags, world);
    const { stop, nextReload } = world;
    const health = new Health(world.clock);
    health.expect([{ name: 'identity', isHealthy: false }]);
    diagnostics = config.diagAddr === undefined ? undefined : await openDiagnostics(config.diagAddr, health);
    const notify = systemdNotify(world.env, log);
    stop.addEventListener('abort', () => void notify('STOPPING=1', 'STATUS=stopping'), { once: true });
    const loadAndNotify = async () => {
      await notify(...reloading());
      return load().finally(() => notify('READY=1', 'STATUS=running'));
    };
    const work = async () => {
      const started = await startIdentity({ context, outputs, wish }, { storage, nextReload, load }, stop);
      if (started === undefined) return;
      health.onReady = () => void notify('READY=1', 'STATUS=running: every output is written');
      await runLoop({ ...started, storage, nextReload, load: loadAndNotify, startedAt, health, stop });
    };
    await untilStopped(work(), stop);
    log.info('stopped');
    return 0;
  } finally {
    diagnostics?.close();
    lock?.release();
  }
}

/** Gets the identity, however long the cluster is away. A reload meanwhile may be what mends it. */
async function startIdentity(
  first: Setup,
  options: ReloadOptions,
  stop: AbortSignal,
): Promise<(Setup & { bot: BotIdentity }) | undefined> {
  let setup = first;
  while (!stop.aborted) {
    const { context, wish } = setup;
    const attempts = {
      what: 'getting the bot identity',
      log: context.log,
      signal: AbortSignal.any([stop, wish]),
      isLasting: (error: unknown) => !isPassing(error),
    };
    const bot = await attempt(context, attempts, () => BotIdentity.start(context, options.storage));
    if (bot !== undefined) return { ...setup, bot };
    if (!stop.aborted) setup = await reload(setup, options);
  }
  return undefined;
}

/** Work that hangs is left when the process has been asked to end for a while. */
async function untilStopped(work: Promise<void>, stop: AbortSignal): Promise<void> {
  const end = new AbortController();
  const late = new Promise<void>((resolve) => {
    const count = () => void wait(GRACE_MS, undefined, { signal: end.signal }).then(resolve, () => undefined);
    if (stop.aborted) count();
    else stop.addEventListener('abort', count, { once: true });
  });
  await Promise.race([work, late]).finally(() => end.abort());
}

async function openDiagnostics(address: string, health: Health): Promise<{ close(): void }> {
  const { startDiagnostics } = await import('../diagnostics.js');
  return startDiagnostics(address, health);
}

interface Opened {
  context: AgentContext;
  storage: Destination;
  outputs: readonly OutputService[];
}

async function runOnce({ context, storage, outputs }: Opened, flags: FlagValues, world: World): Promise<number> {
  const timeoutMs = durationFlag(flags, 'oneshot-timeout') ?? 0;
  const summary = await runOneShot(context, { storage, outputs, signal: world.stop, timeoutMs });
  if (flags.text('format') === 'json') world.print(`${JSON.stringify(summary, undefined, 2)}\n`);
  if (summary.status === 'ok') context.log.info('wrote every output');
  return summary.status === 'ok' ? 0 : 1;
}

function contextOf(config: BotConfig, { log, clock, env, program }: World): AgentContext {
  return {
    config,
    log,
    clock,
    env,
    program,
    random: Math.random,
    pause: pauseBy(clock),
  };
}
