import { timestampDate } from '@bufbuild/protobuf/wkt';
import { type Client, isErrorCode } from '../client/index.js';
import { type UserTokenV3, UserTokenV3Schema } from '../gen/types/user_tokens_pb.js';
import type { UserV2 } from '../gen/types/users_pb.js';
import { toLegacyJson } from '../resources/index.js';
import { CodedError } from '../util/coded-error.js';
import type { FieldChange } from './field-change.js';
import { namingWhatIsMissing } from './missing.js';
import { requireRoles } from './missing-roles.js';
import { requireUsableName } from './new-name.js';
import { againWhileStale } from './stale-read.js';

/** A link by which a user sets password and second factor. */
export interface UserLink {
  username: string;
  url: string;
  expires?: Date;
  /** The link as a resource. */
  document: object;
}

/** @param ttlMs life of the link; the server decides unless given */
export async function addUser(
  { name, roles, traits, ttlMs }: { name: string; roles: string[]; traits: Record<string, string[]>; ttlMs?: number },
  { client }: { client: Client },
): Promise<UserLink> {
  requireUsableName('a user', name);
  await requireRoles(roles, { client });
  const labels = Object.entries(traits).map(([trait, values]) => [trait, { values }]);
  try {
    await client.users.create({
      kind: 'user',
      version: 'v2',
      metadata: { name, namespace: 'default' },
      spec: { roles, traits: { labels: Object.fromEntries(labels) } },
    });
  } catch (error) {
    if (!isErrorCode(error, 'already_exists')) throw error;
    throw new CodedError('already_exists', `user "${name}" exists already`, {
      cause: error,
      hint: `Change it with "tctl users update ${name}", or make a new link with "tctl users reset ${name}"`,
    });
  }
  try {
    return linkOf(await client.users.createResetToken(name, { type: 'invite', ttlMs }));
  } catch (error) {
    const { code, message } = error as CodedError;
    throw new CodedError(code ?? 'unknown', `user "${name}" was made, the link for it was not: ${message}`, {
      cause: error,
      hint: `Try "tctl users reset ${name}" for a link, or "tctl users rm ${name}"`,
    });
  }
}

export async function resetUser(
  { name, ttlMs }: { name: string; ttlMs?: number },
  { client }: { client: Client },
): Promise<UserLink> {
  const token = await namingWhatIsMissing({ kind: 'user', name, client }, () =>
    client.users.createResetToken(name, { type: 'password', ttlMs }),
  );
  return linkOf(token);
}

function linkOf(token: UserTokenV3): UserLink {
  const { spec, metadata } = token;
  return {
    username: spec?.user ?? '',
    url: spec?.url ?? '',
    document: toLegacyJson(UserTokenV3Schema, token),
    ...(metadata?.expires === undefined ? {} : { expires: timestampDate(metadata.expires) }),
  };
}

/** What to set; what is not named stays. An empty list clears. */
export interface UserChanges {
  roles?: string[];
  /** By trait name. */
  traits: Record<string, string[]>;
}

/** @returns the user as the server has it now, and what is different from before; nothing is sent when nothing is */
export async function updateUser(
  name: string,
  changes: UserChanges,
  { client }: { client: Client },
): Promise<{ user: UserV2; changes: FieldChange[] }> {
  if (changes.roles !== undefined) await requireRoles(changes.roles, { client });
  return againWhileStale(() => changeUser(name, changes, client));
}

async function changeUser(
  name: string,
  { roles, traits }: UserChanges,
  client: Client,
): Promise<{ user: UserV2; changes: FieldChange[] }> {
  const user = await namingWhatIsMissing({ kind: 'user', name, client }, () => client.users.get(name));
  const changes: FieldChange[] = [];
  const note = (field: string, before: string[], after: string[]) => {
    if (before.join('\n') !== after.join('\n')) changes.push({ field, before, after });
  };
  if (user.spec === undefined) throw new CodedError('bad_answer', 'the server answered with half a user');
  if (roles !== undefined) note('roles', user.spec.roles, roles);
  const labels = { ...user.spec.traits?.labels };
  for (const [trait, values] of Object.entries(traits)) {
    note(trait, labels[trait]?.values ?? [], values);
    labels[trait] = { $typeName: 'wrappers.StringValues', values };
    if (values.length === 0) delete labels[trait];
  }
  if (changes.length === 0) return { user, changes };
  user.spec.roles = roles ?? user.spec.roles;
  user.spec.traits = { $typeName: 'wrappers.LabelValues', labels };
  return { user: await client.users.update(user), changes };
}

/** Deletes users in order; the first that cannot be deleted ends it. @param onDeleted told of each */
export async function removeUsers(
  names: string[],
  onDeleted: (name: string) => void,
  { client }: { client: Client },
): Promise<void> {
  for (const name of names) {
    await namingWhatIsMissing({ kind: 'user', name, client }, () => client.users.delete(name));
    onDeleted(name);
  }
}
