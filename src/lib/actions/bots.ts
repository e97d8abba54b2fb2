import { randomBytes } from 'node:crypto';
import { timestampDate, timestampFromDate } from '@bufbuild/protobuf/wkt';
import { type Client, isErrorCode } from '../client/index.js';
import type { Bot } from '../gen/teleport/machineid/v1/bot_pb.js';
import type { ProvisionTokenV2 } from '../gen/types/tokens_pb.js';
import { botResourceName } from '../resources/index.js';
import { CodedError } from '../util/coded-error.js';
import { nearest } from '../util/nearest.js';
import { collect } from './collect.js';
import { requireUsableName } from './new-name.js';

const DEFAULT_TOKEN_TTL_MS = 60 * 60 * 1000;

export interface NewBot {
  name: string;
  roles: string[];
  /** Values of the trait `logins`. */
  logins: string[];
  /** Life of the join token that is made for the bot, in milliseconds; an hour unless given. */
  tokenTtlMs?: number;
  /** Longest life of the bot's certificates, in seconds; the server decides unless given. */
  maxSessionTtlSeconds?: number;
  /** Name of an existing join token to use instead of making one. */
  token?: string;
}

export interface AddedBot {
  name: string;
  userName: string;
  roleName: string;
  token: { name: string; joinMethod: string; expires?: Date };
}

/** A role that a bot is to have and the cluster does not know. */
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

/**
 * Makes a bot, and unless it names one a join token for it. The bot comes first, so that a taken name leaves nothing
 * behind; if the token cannot be made, the bot is taken back.
 */
export async function addBot(bot: NewBot, { client, now }: { client: Client; now: Date }): Promise<AddedBot> {
  requireUsableName('a bot', botResourceName(bot.name));
  const existing = bot.token === undefined ? undefined : await usableToken(bot.token, bot.name, client);
  const made = await makeBot(bot, client);
  const token = existing ?? (await makeToken(bot, { client, now }));
  return {
    name: bot.name,
    userName: made.status?.userName ?? `bot-${bot.name}`,
    roleName: made.status?.roleName ?? `bot-${bot.name}`,
    token,
  };
}

async function makeBot({ name, roles, logins, maxSessionTtlSeconds }: NewBot, client: Client): Promise<Bot> {
  try {
    return await client.bots.create({ name, roles, traits: { logins }, maxSessionTtlSeconds });
  } catch (error) {
    if (!isErrorCode(error, 'already_exists')) throw error;
    throw new CodedError('already_exists', `bot "${name}" exists already`, {
      cause: error,
      hint: `Choose another name, see it with "tctl get bot/${name}", or remove it with "tctl bots rm ${name}"`,
    });
  }
}

async function usableToken(name: string, botName: string, client: Client): Promise<AddedBot['token']> {
  const token = await readToken(name, client);
  if (!token.spec?.roles.includes('Bot')) {
    throw new CodedError('bad_parameter', `token "${name}" cannot be used by bots: its roles do not include Bot`, {
      hint: `Choose a token with the role Bot and bot_name "${botName}", or leave --token out to have one made`,
    });
  }
  if (token.spec.botName !== botName) {
    throw new CodedError(
      'bad_parameter',
      `token "${name}" belongs to the bot "${token.spec.botName}", not "${botName}"`,
      {
        hint: `Choose a token with bot_name "${botName}", or leave --token out to have one made`,
      },
    );
  }
  return {
    name,
    joinMethod: token.spec.joinMethod,
    expires: token.metadata?.expires && timestampDate(token.metadata.expires),
  };
}

async function readToken(name: string, client: Client): Promise<ProvisionTokenV2> {
  try {
    return await client.tokens.get(name);
  } catch (error) {
    if (!isErrorCode(error, 'not_found')) throw error;
    throw new CodedError('not_found', `there is no token "${name}", and without it the bot cannot join`, {
      cause: error,
      hint: 'Create the token first, or leave --token out to have one made; "tctl tokens ls" shows those there are',
    });
  }
}

async function makeToken(bot: NewBot, { client, now }: { client: Client; now: Date }): Promise<AddedBot['token']> {
  const name = randomBytes(16).toString('hex');
  const expires = new Date(now.getTime() + (bot.tokenTtlMs || DEFAULT_TOKEN_TTL_MS));
  try {
    await client.tokens.create({
      version: 'v2',
      metadata: { name, expires: timestampFromDate(expires) },
      spec: { roles: ['Bot'], joinMethod: 'token', botName: bot.name },
    });
  } catch (error) {
    throw await takeBack(bot.name, error as Error, client);
  }
  return { name, joinMethod: 'token', expires };
}

/** Removes the bot whose token could not be made; gives the error to report. */
async function takeBack(name: string, cause: Error, client: Client): Promise<CodedError> {
  const hint = cause instanceof CodedError ? cause.hint : undefined;
  const code = cause instanceof CodedError ? cause.code : 'unknown';
  try {
    await client.bots.delete(name);
  } catch (error) {
    return new CodedError(
      'bot_without_token',
      `bot "${name}" was made, its join token was not (${cause.message}), and the bot could not be removed again (${(error as Error).message})`,
      { cause: new AggregateError([cause, error]), hint: `Remove it with "tctl bots rm ${name}" before trying again` },
    );
  }
  return new CodedError(
    code,
    `the join token for bot "${name}" could not be made, so the bot was removed again: ${cause.message}`,
    { cause, hint },
  );
}
