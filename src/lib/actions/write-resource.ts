import { type Client, isErrorCode, type Kind, type KindMessages } from '../client/index.js';
import type { ClusterMaintenanceConfigV1 } from '../gen/types/cluster_maintenance_pb.js';
import type { ProvisionTokenV2 } from '../gen/types/tokens_pb.js';
import type { UserV2 } from '../gen/types/users_pb.js';
import { ORIGIN_LABEL, type Resource } from '../resources/index.js';
import { CodedError } from '../util/coded-error.js';
import { needOf, requireServerVersion } from './server-version.js';

/** What happened to a resource, in words of the real tool, which says `created` of what it replaces, too (cli §7.3). */
export type Verb = 'created' | 'updated' | 'set';

type AnyMessage = KindMessages[Kind];

const OVERWRITE_HINT = 'Use -f (--force) to overwrite it';

/** Writes one resource as the real tool's `create` does for its kind (cli §7.3): what may be replaced without `force` differs. */
export async function writeResource(
  resource: Resource,
  { force, confirm }: { force: boolean; confirm: boolean },
  { client }: { client: Client },
): Promise<Verb> {
  const need = needOf(resource);
  if (need !== undefined) await requireServerVersion(need, { client });
  const { definition, name } = resource;
  const { kind } = definition;
  if (definition.removal === 'reset') return writeSetting(resource, { force, confirm }, client);
  if (kind === 'token') await keepRegistration(resource.message as ProvisionTokenV2, client);
  const replaced = REPLACED[kind];
  if (replaced) {
    await upsert(resource, client);
    return replaced;
  }
  if (kind === 'user') return force ? replaceUser(resource, client) : createNew(resource, client);
  if (kind === 'cluster_maintenance_config') return writeMaintenanceConfig(resource, force, client);
  const mayReplace = force || kind === 'token';
  if (client.resources.supports(kind as Kind, 'create'))
    return mayReplace ? createOrReplace(resource, client) : createNew(resource, client);
  // Of the other kinds the server has no call that refuses to replace.
  const isThere = (await find(() => client.resources.get(kind as Kind, name))) !== undefined;
  if (isThere && !mayReplace) throw conflict(`${kind} "${name}" exists already`);
  await upsert(resource, client);
  return isThere ? 'updated' : 'created';
}

/** Kinds that are always replaced, and what the real tool says then. */
const REPLACED: Readonly<Record<string, Verb>> = {
  cert_authority: 'updated',
  installer: 'set',
  ui_config: 'set',
};

async function upsert({ definition, message }: Resource, client: Client): Promise<void> {
  await client.resources.upsert(definition.kind as Kind, message as AnyMessage);
}

async function createNew({ definition, message, name }: Resource, client: Client): Promise<Verb> {
  try {
    await client.resources.create(definition.kind as Kind, message as AnyMessage);
    return 'created';
  } catch (error) {
    if (!isErrorCode(error, 'already_exists')) throw error;
    throw conflict(`${definition.kind} "${name}" exists already`, error);
  }
}

/** One call for what is new, two for what exists: in no order of events is something replaced that is called new. */
async function createOrReplace(resource: Resource, client: Client): Promise<Verb> {
  try {
    return await createNew(resource, client);
  } catch (error) {
    if (!isErrorCode(error, 'already_exists')) throw error;
    await upsert(resource, client);
    return 'updated';
  }
}

/**
 * Gives a bound_keypair token what the cluster knows of the agent that joined with it. A real cluster stores what it is sent,
 * and an agent whose key it has forgotten cannot join again. With other onboarding the registration begins anew.
 */
async function keepRegistration(token: ProvisionTokenV2, client: Client): Promise<void> {
  if (token.spec?.joinMethod !== 'bound_keypair' || token.status) return;
  const stored = await find(() => client.tokens.get(token.metadata?.name ?? ''), ['not_found', 'access_denied']);
  if (stored?.status?.boundKeypair && onboardingOf(token) === onboardingOf(stored)) token.status = stored.status;
}

function onboardingOf({ spec }: ProvisionTokenV2): string {
  const { initialPublicKey = '', registrationSecret = '' } = spec?.boundKeypair?.onboarding ?? {};
  return `${initialPublicKey}\n${registrationSecret}`;
}

/** Keeps who made the user and when; the server notes that only in a user that it is asked to create. */
async function replaceUser(resource: Resource, client: Client): Promise<Verb> {
  const existing = await find(() => client.users.get(resource.name));
  if (!existing) return createNew(resource, client);
  const user = resource.message as UserV2;
  if (user.spec) user.spec.createdBy = existing.spec?.createdBy;
  await client.users.upsert(user);
  return 'updated';
}

/** The server compares nonces, so that nothing is replaced that the writer did not see; `force` passes over that. */
async function writeMaintenanceConfig(resource: Resource, force: boolean, client: Client): Promise<Verb> {
  if (force) await upsert(resource, client);
  else await client.resources.update('cluster_maintenance_config', resource.message as ClusterMaintenanceConfigV1);
  return 'updated';
}

async function writeSetting(
  resource: Resource,
  { force, confirm }: { force: boolean; confirm: boolean },
  client: Client,
): Promise<Verb> {
  const kind = resource.definition.kind as Kind;
  const stored = await client.resources.get(kind, '');
  const origin = (stored as { metadata?: { labels: Record<string, string> } }).metadata?.labels[ORIGIN_LABEL];
  if (!force && origin !== 'defaults') throw conflict(`${kind} has been changed from its defaults already`);
  if (origin === 'config-file' && !confirm) {
    throw new CodedError('managed_by_config', `${kind} is set by the auth service's configuration file`, {
      hint: 'A change here lasts until the auth service starts again; add --confirm to make it anyway',
    });
  }
  await upsert(resource, client);
  return 'updated';
}

/** @param unseen codes of the errors that mean there is nothing */
async function find<T>(read: () => Promise<T>, unseen = ['not_found']): Promise<T | undefined> {
  try {
    return await read();
  } catch (error) {
    if (unseen.some((code) => isErrorCode(error, code))) return undefined;
    throw error;
  }
}

function conflict(message: string, cause?: unknown): CodedError {
  return new CodedError('already_exists', message, { cause, hint: OVERWRITE_HINT });
}
