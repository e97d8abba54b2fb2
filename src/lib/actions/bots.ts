import { type Client, isErrorCode } from '../client/index.js';
import type { Bot } from '../gen/teleport/machineid/v1/bot_pb.js';
import { botResourceName } from '../resources/index.js';
import { CodedError } from '../util/coded-error.js';
import { type BotToken, makeBotToken, usableBotToken } from './bot-token.js';
import { requireUsableName } from './new-name.js';

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
  token: BotToken;
}

/**
 * Makes a bot, and unless it names one a join token for it. The bot comes first, so that a taken name leaves nothing
 * behind; if the token cannot be made, the bot is taken back.
 */
export async function addBot(bot: NewBot, { client, now }: { client: Client; now: Date }): Promise<AddedBot> {
  requireUsableName('a bot', botResourceName(bot.name));
  const existing = bot.token === undefined ? undefined : await usableBotToken(bot.token, bot.name, client);
  const made = await makeBot(bot, client);
  const token = existing ?? (await makeTokenOrTakeBack(bot, { client, now }));
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

async function makeTokenOrTakeBack(bot: NewBot, { client, now }: { client: Client; now: Date }): Promise<BotToken> {
  try {
    return await makeBotToken(bot, { client, now });
  } catch (error) {
    throw await takeBack(bot.name, error as Error, client);
  }
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
