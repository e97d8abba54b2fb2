import { CodedError } from '../util/coded-error.js';
import type { AgentContext } from './context.js';
import type { Destination } from './destinations/destination.js';
import { describeIdentity, type Identity } from './identity.js';
import { joinCluster, readToken, rejoinCluster } from './join.js';
import { errorText } from './logs.js';
import { renewIdentity } from './renew.js';
import { hashToken, loadIdentity, type StoredIdentity, saveIdentity } from './storage.js';

/** The bot's own identity over the life of the process: loaded or joined for, renewed, stored. */
export class BotIdentity {
  #current: StoredIdentity;
  readonly #storage: Destination;

  private constructor(current: StoredIdentity, storage: Destination) {
    this.#current = current;
    this.#storage = storage;
  }

  /**
   * Continues from the stored identity, renewing it at once, or joins with the token when there is none that serves
   * (tbot §5.1).
   */
  static async start(context: AgentContext, storage: Destination): Promise<BotIdentity> {
    const log = context.log.of('tbot:identity');
    const scoped = { ...context, log };
    const stored = await loadIdentity(storage, log);
    const token = await configuredToken(scoped, stored);
    if (stored !== undefined && isUsable(scoped, stored, token)) {
      const bot = new BotIdentity(stored, storage);
      await bot.renew(context);
      return bot;
    }
    if (!token)
      throw new CodedError('config_invalid', 'there is no stored identity, and no token to join with', {
        hint: 'Set onboarding.token; "tctl tokens add --type=bot" or "tctl bots add" makes one.',
      });
    log.info('joining the cluster', { join_method: context.config.onboarding.joinMethod });
    const identity = await joinCluster(scoped, token, storage);
    const bot = new BotIdentity({ identity, tokenHash: hashToken(token) }, storage);
    await bot.#store(scoped, 'joined the cluster');
    return bot;
  }

  get current(): Identity {
    return this.#current.identity;
  }

  /**
   * Renews the identity. Once it has expired, a bound key recovers it, and a token file may hold a new token to join with.
   */
  async renew(context: AgentContext): Promise<void> {
    const scoped = { ...context, log: context.log.of('tbot:identity') };
    await this.#storage.write('.write-test', ''); // before the cluster counts the renewal
    const isExpired = this.current.validTo <= context.clock();
    if (isExpired) return this.#joinAgain(scoped);
    const identity = this.current.subject.renewable
      ? await renewIdentity(scoped, this.current)
      : await rejoinCluster(scoped, await this.#requireToken(scoped), this.#storage, this.current);
    this.#current = { ...this.#current, identity };
    await this.#store(scoped, 'renewed the bot identity');
  }

  async #joinAgain(context: AgentContext): Promise<void> {
    const token = await this.#requireToken(context);
    if (context.config.onboarding.joinMethod === 'token' && hashToken(token) === this.#current.tokenHash)
      throw new CodedError('identity_expired', `the bot identity expired at ${this.current.validTo.toISOString()}`, {
        hint: 'Make a new token ("tctl tokens add --type=bot --bot=NAME") and put it in the configuration or the token file.',
      });
    this.#current = { identity: await joinCluster(context, token, this.#storage), tokenHash: hashToken(token) };
    await this.#store(context, 'joined the cluster again');
  }

  async #requireToken({ config }: AgentContext): Promise<string> {
    const token = await readToken(config);
    if (token) return token;
    throw new CodedError('config_invalid', 'there is no token to join with', { hint: 'Set onboarding.token.' });
  }

  async #store({ log }: AgentContext, what: string): Promise<void> {
    await saveIdentity(this.#storage, this.#current);
    log.info(what, describeIdentity(this.#current.identity));
  }
}

/** A token file that is gone matters only when there is no identity to go on with. */
async function configuredToken(
  { config, log }: AgentContext,
  stored: StoredIdentity | undefined,
): Promise<string | undefined> {
  try {
    return await readToken(config);
  } catch (error) {
    if (stored === undefined) throw error;
    log.warn('going on with the stored identity', { error: errorText(error) });
    return undefined;
  }
}

function isUsable({ clock, log }: AgentContext, stored: StoredIdentity, token: string | undefined): boolean {
  const now = clock();
  const { validFrom, validTo } = stored.identity;
  if (token !== undefined && hashToken(token) !== stored.tokenHash) {
    log.info('the configured token has changed: the stored identity is not used');
    return false;
  }
  if (validTo <= now) {
    log.warn('the stored identity has expired', { expired_at: validTo.toISOString() });
    return false;
  }
  if (validFrom > now) {
    log.warn('the stored identity is not valid yet: check the clock', { valid_from: validFrom.toISOString() });
    return false;
  }
  return true;
}
