import { CodedError } from '../util/coded-error.js';
import type { BotIdentity } from './bot-identity.js';
import type { AgentContext } from './context.js';
import type { DestinationConfig } from './destination-config.js';
import type { Destination } from './destinations/destination.js';
import { DirectoryDestination } from './destinations/directory.js';
import { MemoryDestination } from './destinations/memory.js';
import { describeIdentity, type Identity } from './identity.js';
import type { Logger } from './logs.js';
import { runOnRenew } from './on-renew.js';
import { isArtifact } from './outputs/artifacts.js';
import { render } from './outputs/index.js';
import type { Service } from './service-config.js';

/** An output with the place that it is written to. */
export interface OutputService {
  /** Unique among the services of a configuration. */
  name: string;
  service: Service;
  destination: Destination;
}

/** Makes the destination of a configuration. @param log told when its readers are not let in */
export function openDestination(config: DestinationConfig, log: Logger): Destination {
  if (config.type === 'memory') return new MemoryDestination();
  const { path, symlinks, acls, readers } = config;
  return new DirectoryDestination(path, { symlinks, acls, readers, log });
}

/** Opens all outputs of a configuration and makes their places ready. @throws CodedError when a place cannot be written to */
export async function openOutputs({ config, log }: AgentContext, storage: Destination): Promise<OutputService[]> {
  const outputs = config.services.map((service, index) => {
    const destination = openDestination(service.destination, log);
    return { name: service.name ?? `${service.type}-${index + 1}`, service, destination };
  });
  refuseSharedFolders([storage, ...outputs.map(({ destination }) => destination)]);
  for (const { destination, service } of outputs) {
    await destination.init();
    // An agent that was killed may have left a key beside its place.
    await destination.settle?.(async (name) => (isArtifact(service.type, name) ? 'cut off' : undefined));
  }
  return outputs;
}

/** Two writers in one folder would overwrite each other's files. */
function refuseSharedFolders(destinations: readonly Destination[]): void {
  const paths = destinations.map(({ path }) => path).filter((path) => path !== undefined);
  const twice = paths.find((path, index) => paths.indexOf(path) !== index);
  if (twice !== undefined)
    throw new CodedError('config_invalid', `the folder ${twice} is named twice`, {
      hint: 'Give the storage and each output a folder of its own.',
    });
}

/** Asks for fresh certificates for an output, writes its files, and runs its command. */
export async function renderOutput(
  context: AgentContext,
  bot: BotIdentity,
  { name, service, destination }: OutputService,
): Promise<Identity> {
  const log = context.log.of(`tbot:svc:${name}`);
  await destination.write({ '.write-test': '' });
  const { identity, artifacts } = await bot.asBot((client) =>
    render({ ...context, log }, { client, bot: bot.current }, service, destination.path),
  );
  await destination.write(artifacts);
  warnIfShortened(context, log, service, identity);
  log.info('wrote the output', { destination: destination.label, ...describeIdentity(identity) });
  if (service.onRenew.length > 0) await runOnRenew(service.onRenew, context);
  return identity;
}

const SLACK_MS = 60_000;

function warnIfShortened(
  { config, clock }: AgentContext,
  log: Logger,
  { lifetime }: Service,
  { validTo }: Identity,
): void {
  const { ttlMs, intervalMs } = lifetime ?? config.lifetime;
  const leftMs = validTo.getTime() - clock().getTime();
  if (leftMs + SLACK_MS >= ttlMs) return;
  log.warn('the cluster has shortened the lifetime of the certificate: a role limits it', {
    asked_s: Math.round(ttlMs / 1000),
    granted_s: Math.round(leftMs / 1000),
    ...(leftMs <= intervalMs ? { consequence: 'it is renewed before the interval is over' } : {}),
  });
}
