import { BotIdentity } from './bot-identity.js';
import type { AgentContext } from './context.js';
import type { Destination } from './destinations/destination.js';
import { sendHeartbeat } from './heartbeat.js';
import { errorText } from './logs.js';
import { attempt } from './retry.js';
import { type OutputService, renderOutput } from './services.js';

/** What a one-shot run has done, as `--format=json` prints it. */
export interface OneShotSummary {
  status: 'ok' | 'failed';
  identity?: {
    bot?: string;
    instance?: string;
    cluster: string;
    generation: number;
    /** RFC 3339, as all times here. */
    expires: string;
    /** Why it can no longer be renewed, when it cannot: it still serves until it expires. */
    warning?: string;
  };
  outputs: {
    name: string;
    type: string;
    destination: string;
    status: 'ok' | 'failed';
    expires?: string;
    error?: string;
  }[];
  error?: string;
}

export interface OneShotOptions {
  storage: Destination;
  outputs: readonly OutputService[];
  signal: AbortSignal;
  /** How long failures are tried again; 0: not at all. */
  timeoutMs: number;
}

/** Joins or renews, writes every output once, and sends one heartbeat. Never throws: the summary tells what failed. */
export async function runOneShot(context: AgentContext, options: OneShotOptions): Promise<OneShotSummary> {
  const { storage, outputs, signal, timeoutMs } = options;
  const startedAt = context.clock();
  const deadline = new Date(startedAt.getTime() + timeoutMs);
  const tried = async <T>(what: string, work: () => Promise<T>): Promise<T> => {
    const done = await attempt(context, { what, log: context.log, signal, deadline }, work);
    if (done === undefined) throw new Error('stopped by a signal');
    return done;
  };
  let bot: BotIdentity;
  try {
    bot = await tried('getting the bot identity', () => BotIdentity.start(context, storage));
  } catch (error) {
    return failed(context, outputs, error);
  }
  const [heartbeat, ...written] = await Promise.all([
    tried('the heartbeat', async () => {
      await sendHeartbeat(context, bot, { startedAt, isStartup: true });
      return true;
    }).then(
      () => undefined,
      (error: unknown) => errorText(error),
    ),
    ...outputs.map((output) => tryOutput(output, () => tried(output.name, () => renderOutput(context, bot, output)))),
  ]);
  if (heartbeat !== undefined) context.log.error('the heartbeat failed', { error: heartbeat });
  for (const { name, error } of written) if (error !== undefined) context.log.error(`${name} failed`, { error });
  const isOk = heartbeat === undefined && written.every(({ status }) => status === 'ok');
  const { subject, clusterName, validTo } = bot.current;
  return {
    status: isOk ? 'ok' : 'failed',
    identity: {
      ...(subject.botName === undefined ? {} : { bot: subject.botName }),
      ...(subject.botInstanceId === undefined ? {} : { instance: subject.botInstanceId }),
      cluster: clusterName,
      generation: subject.generation ?? 0,
      expires: validTo.toISOString(),
      ...(bot.problem === undefined ? {} : { warning: bot.problem }),
    },
    outputs: written,
    ...(heartbeat === undefined ? {} : { error: `heartbeat: ${heartbeat}` }),
  };
}

type Written = OneShotSummary['outputs'][number];

async function tryOutput(
  { name, service, destination }: OutputService,
  work: () => Promise<{ validTo: Date }>,
): Promise<Written> {
  const about = { name, type: service.type, destination: destination.label };
  try {
    const { validTo } = await work();
    return { ...about, status: 'ok', expires: validTo.toISOString() };
  } catch (error) {
    return { ...about, status: 'failed', error: errorText(error) };
  }
}

function failed(context: AgentContext, outputs: readonly OutputService[], error: unknown): OneShotSummary {
  const text = errorText(error);
  context.log.error('the bot has no identity', { error: text });
  const skipped = outputs.map(({ name, service, destination }) => ({
    name,
    type: service.type,
    destination: destination.label,
    status: 'failed' as const,
    error: 'the bot has no identity',
  }));
  return { status: 'failed', outputs: skipped, error: text };
}
