import { type Client, isErrorCode } from '../client/index.js';
import { CodedError } from '../util/coded-error.js';
import { nearest } from '../util/nearest.js';
import { collect } from './collect.js';

/** A role that somebody is to have and the cluster does not know. */
export interface MissingRole {
  name: string;
  suggestion?: string;
}

/**
 * The roles among `names` that do not exist. A bot may be made before its roles, so this is for pointing out only;
 * a caller who may not read roles learns nothing.
 */
export async function findMissingRoles(names: string[], { client }: { client: Client }): Promise<MissingRole[]> {
  const found = await Promise.all(names.map((name) => roleExists(name, client)));
  const missing = names.filter((_, index) => found[index] === false);
  if (missing.length === 0) return [];
  const known = await knownRoles(client);
  return missing.map((name) => ({ name, suggestion: nearest(name, known) }));
}

/** @throws CodedError `not_found` for a role that does not exist. */
export async function requireRoles(names: string[], { client }: { client: Client }): Promise<void> {
  const [missing] = await findMissingRoles(names, { client });
  if (missing === undefined) return;
  throw new CodedError('not_found', `there is no role "${missing.name}"`, {
    hint: missing.suggestion
      ? `Did you mean "${missing.suggestion}"?`
      : '"tctl get roles --format=text" shows those there are',
  });
}

async function knownRoles(client: Client): Promise<string[]> {
  try {
    return (await collect(client.roles.list())).map((role) => role.metadata?.name ?? '');
  } catch (error) {
    if (isErrorCode(error, 'access_denied')) return [];
    throw error;
  }
}

async function roleExists(name: string, client: Client): Promise<boolean | undefined> {
  try {
    await client.roles.get(name);
    return true;
  } catch (error) {
    if (isErrorCode(error, 'not_found')) return false;
    if (isErrorCode(error, 'access_denied')) return undefined;
    throw error;
  }
}
