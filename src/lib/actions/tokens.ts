import { randomBytes } from 'node:crypto';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { type Client, isErrorCode } from '../client/index.js';
import type { ProvisionTokenV2 } from '../gen/types/tokens_pb.js';
import { byExpiry, loadKind } from '../resources/index.js';
import { CodedError } from '../util/coded-error.js';
import { collect } from './collect.js';
import { requireUsableName } from './new-name.js';
import { needOf, requireServerVersion } from './server-version.js';

export interface NewToken {
  /** System roles in their canonical spelling. */
  roles: string[];
  /** The secret to use as the token's name; random unless given. */
  value?: string;
  labels: Record<string, string>;
  /** Life in milliseconds; without end unless given. */
  ttlMs?: number;
  /** The bot that may join, with the role Bot. */
  botName?: string;
  joinMethod: 'token' | 'bound_keypair';
}

export interface AddedToken {
  name: string;
  roles: string[];
  expires?: Date;
}

/** Makes a join token of a method that needs no rules. @throws already_exists if the value is taken, bad_parameter if it cannot be a name. */
export async function addToken(token: NewToken, { client, now }: { client: Client; now: Date }): Promise<AddedToken> {
  const name = token.value || randomBytes(16).toString('hex');
  requireUsableName('a token', name);
  const { roles, labels, ttlMs, botName, joinMethod } = token;
  const expires = ttlMs === undefined ? undefined : new Date(now.getTime() + ttlMs);
  await client.tokens.create({
    version: 'v2',
    metadata: { name, labels, ...(expires && { expires: timestampFromDate(expires) }) },
    spec: { roles, joinMethod, ...(botName !== undefined && { botName }) },
  });
  return { name, roles, ...(expires && { expires }) };
}

/** Writes a whole token. @throws CodedError `already_exists` for a taken name, unless `force` */
export async function writeToken(
  token: ProvisionTokenV2,
  { force }: { force: boolean },
  { client }: { client: Client },
): Promise<void> {
  const need = needOf({ definition: await loadKind('token'), message: token });
  if (need !== undefined) await requireServerVersion(need, { client });
  if (force) return client.tokens.upsert(token);
  try {
    await client.tokens.create(token);
  } catch (error) {
    if (!isErrorCode(error, 'already_exists')) throw error;
    throw new CodedError('already_exists', `token "${token.metadata?.name}" exists already`, {
      cause: error,
      hint: 'Choose another name, or use -f (--force) to overwrite it',
    });
  }
}

/** All tokens that carry the labels, soonest to expire first, after those that never do (cli §11.2). */
export async function listTokens(
  { labels }: { labels: Record<string, string> },
  { client }: { client: Client },
): Promise<ProvisionTokenV2[]> {
  const wanted = Object.entries(labels);
  const tokens = (await collect(client.tokens.list())).filter((token) =>
    wanted.every(([key, value]) => token.metadata?.labels[key] === value),
  );
  return tokens.sort(byExpiry);
}

/**
 * Asks for a new key of the agent that joined with a bound_keypair token. The token goes back with its status: what it says
 * of the key in use must stay.
 * @throws CodedError `bad_parameter` for a token of another method.
 */
export async function requestRotation(name: string, { client, now }: { client: Client; now: Date }): Promise<void> {
  const token = await client.tokens.get(name);
  if (!token.spec?.boundKeypair) {
    throw new CodedError('bad_parameter', `this token is of the method ${token.spec?.joinMethod}, which has no keys`, {
      hint: 'Only tokens of the method bound_keypair have',
    });
  }
  token.spec.boundKeypair.rotateAfter = timestampFromDate(now);
  await client.tokens.upsert(token);
}

/** What a machine needs to join with a token and nobody else may know. @throws no_secret where the method has none. */
export async function readTokenSecret(name: string, { client }: { client: Client }): Promise<string> {
  const token = await client.tokens.get(name);
  const method = token.spec?.joinMethod ?? '';
  if (method === 'token') return name;
  const secret = token.status?.boundKeypair?.registrationSecret;
  if (secret) return secret;
  throw new CodedError(
    'no_secret',
    method === 'bound_keypair'
      ? `token "${name}" has no registration secret: a public key was registered in advance`
      : `token "${name}" has no secret: with the join method ${method}, machines prove who they are by other means`,
    { hint: `See "tctl get token/${name}" for what it accepts` },
  );
}
