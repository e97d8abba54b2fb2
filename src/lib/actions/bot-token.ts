import { randomBytes } from 'node:crypto';
import { timestampDate, timestampFromDate } from '@bufbuild/protobuf/wkt';
import { type Client, isErrorCode } from '../client/index.js';
import type { ProvisionTokenV2 } from '../gen/types/tokens_pb.js';
import { CodedError } from '../util/coded-error.js';

const DEFAULT_TTL_MS = 60 * 60 * 1000;

/** A join token as somebody has to know it who starts a bot's agent. */
export interface BotToken {
  name: string;
  joinMethod: string;
  expires?: Date;
}

/** An existing token that the bot can join with. @throws CodedError `not_found`, `bad_parameter` for one that is not for this bot. */
export async function usableBotToken(name: string, botName: string, client: Client): Promise<BotToken> {
  const token = await readToken(name, client);
  const hint = `Choose a token with the role Bot and bot_name "${botName}", or leave --token out to have one made`;
  if (!token.spec?.roles.includes('Bot')) {
    throw new CodedError('bad_parameter', `token "${name}" cannot be used by bots: its roles do not include Bot`, {
      hint,
    });
  }
  if (token.spec.botName !== botName) {
    const message = `token "${name}" belongs to the bot "${token.spec.botName}", not "${botName}"`;
    throw new CodedError('bad_parameter', message, { hint });
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

/** Makes a one-time token with a random name for a bot. @param tokenTtlMs life in milliseconds; an hour unless given. */
export async function makeBotToken(
  { name: botName, tokenTtlMs }: { name: string; tokenTtlMs?: number },
  { client, now }: { client: Client; now: Date },
): Promise<BotToken> {
  const name = randomBytes(16).toString('hex');
  const expires = new Date(now.getTime() + (tokenTtlMs || DEFAULT_TTL_MS));
  await client.tokens.create({
    version: 'v2',
    metadata: { name, expires: timestampFromDate(expires) },
    spec: { roles: ['Bot'], joinMethod: 'token', botName },
  });
  return { name, joinMethod: 'token', expires };
}
