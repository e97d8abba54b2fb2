import { type Client, isErrorCode } from '../client/index.js';
import { CodedError } from '../util/coded-error.js';
import { loadKeypair, newestKey } from './bound-keypair-state.js';
import { type AgentContext, connectAs } from './context.js';
import type { Destination } from './destinations/destination.js';
import { describeIdentity, type Identity } from './identity.js';
import { explainJoin, explainRenewal, isRefusal, lostRenewal } from './identity-errors.js';
import { type Joined, joinCluster, readToken, rejoinCluster } from './join.js';
import { errorText } from './logs.js';
import { countedRenewals, renewIdentity } from './renew.js';
import { SharedConnection } from './shared-connection.js';
import { hashToken, loadIdentity, type StoredIdentity, saveIdentity } from './storage.js';
import { findUnfinished, forgetRequest, noteRequest, type Unfinished } from './unfinished.js';

/** The bot's own identity over the life of the process: loaded or joined for, renewed, stored. */
export class BotIdentity {
  #current: StoredIdentity;
  #problem: string | undefined;
  readonly #storage: Destination;
  readonly #connection: SharedConnection<Client>;

  private constructor(context: AgentContext, current: StoredIdentity, storage: Destination) {
    this.#current = current;
    this.#storage = storage;
    this.#connection = new SharedConnection((identity) => connectAs(context, identity, 'bot identity'));
  }

  /**
   * Continues from the stored identity, renewing it at once, or joins with the token when there is none that serves
   * (tbot §5.1). A stored identity whose last renewal was lost serves until it expires.
   */
  static async start(context: AgentContext, storage: Destination): Promise<BotIdentity> {
    const log = context.log.of('tbot:identity');
    const scoped = { ...context, log };
    const stored = await loadIdentity(storage, log);
    const token = await configuredToken(scoped, stored);
    if (stored !== undefined && isUsable(scoped, stored, token)) {
      const bot = new BotIdentity(context, stored, storage);
      try {
        await bot.renew(context);
      } catch (error) {
        if (!isErrorCode(error, 'renewal_lost')) throw error;
        log.error('going on with the stored identity', { error: errorText(error), until: validTo(stored) });
      }
      return bot;
    }
    if (!token)
      throw new CodedError('config_invalid', 'there is no stored identity, and no token to join with', {
        hint: 'Set onboarding.token; "tctl tokens add --type=bot" or "tctl bots add" makes one.',
      });
    log.info('joining the cluster', { join_method: context.config.onboarding.joinMethod });
    const joined = await join(scoped, token, storage);
    const bot = new BotIdentity(context, { identity: joined.identity, tokenHash: hashToken(token) }, storage);
    await bot.#store(scoped, 'joined the cluster', token, joined);
    return bot;
  }

  get current(): Identity {
    return this.#current.identity;
  }

  /** Does some work over a connection as the bot, which works at the same time share. */
  asBot<T>(work: (client: Client) => Promise<T>): Promise<T> {
    return this.#connection.use(this.current, work);
  }

  /** Why the identity can no longer be renewed; undefined while it can. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /**
   * Renews the identity. Once it has expired, a bound key recovers it, and a token file may hold a new token to join with.
   * @throws CodedError `renewal_lost`, `identity_refused`, `identity_expired`
   */
  async renew(context: AgentContext): Promise<void> {
    const scoped = { ...context, log: context.log.of('tbot:identity') };
    const isExpired = this.current.validTo <= context.clock();
    if (isExpired) return this.#joinAgain(scoped, expired(this.current));
    if (this.current.subject.renewable) await this.#renewCertificates(scoped);
    else await this.#renewWithKey(scoped);
  }

  async #renewCertificates(context: AgentContext): Promise<void> {
    const identity = this.current;
    const unfinished = await findUnfinished(this.#storage, identity);
    try {
      if (unfinished !== undefined && (await countedRenewals(context, identity)) > (identity.subject.generation ?? 0))
        return await this.#joinAgain(context, lostRenewal(unfinished, this.#storage.label, 'token', identity));
      const renewed = await renewIdentity(context, identity, () => this.#note(context, identity));
      await this.#store(context, 'renewed the bot identity', undefined, { identity: renewed, files: {} });
    } catch (error) {
      throw explainRenewal(error, this.#storage.label);
    }
  }

  /** A renewal of which nobody knows whether it was counted is not repeated: the key recovers the bot as a new instance. */
  async #renewWithKey(context: AgentContext): Promise<void> {
    const identity = this.current;
    const unfinished = await this.#findUnfinishedProof();
    const token = await this.#requireToken(context);
    try {
      if (unfinished !== undefined) {
        context.log.warn('the last renewal was cut off: joining anew, which counts as a recovery', { ...unfinished });
        const recovered = await joinCluster(context, token, this.#storage, async () => undefined);
        return await this.#store(context, 'recovered the bot identity', token, recovered);
      }
      const rejoined = await rejoinCluster(context, token, this.#storage, identity, (newestKey) =>
        this.#note(context, identity, newestKey),
      );
      await this.#store(context, 'renewed the bot identity', token, rejoined);
    } catch (error) {
      if (unfinished !== undefined && isRefusal(error))
        throw this.#lost(lostRenewal(unfinished, this.#storage.label, 'bound_keypair', identity, error));
      if (isRefusal(error)) await forgetRequest(this.#storage); // it was not counted
      throw explainRenewal(error, this.#storage.label);
    }
  }

  /** A key that was made after the proof went out shows that the cluster asked for one instead of counting the renewal. */
  async #findUnfinishedProof(): Promise<Unfinished | undefined> {
    const unfinished = await findUnfinished(this.#storage, this.current);
    if (unfinished === undefined) return undefined;
    return newestKey(await loadKeypair(this.#storage)) === unfinished.newestKey ? unfinished : undefined;
  }

  /** Joins with a token that was not used yet, or with the bound key. @param reason thrown when there is neither */
  async #joinAgain(context: AgentContext, reason: CodedError): Promise<void> {
    const token = await this.#requireToken(context);
    if (context.config.onboarding.joinMethod === 'token' && hashToken(token) === this.#current.tokenHash)
      throw this.#lost(reason);
    await this.#store(context, 'joined the cluster again', token, await join(context, token, this.#storage));
  }

  #lost(reason: CodedError): CodedError {
    this.#problem = errorText(reason);
    return reason;
  }

  async #requireToken({ config }: AgentContext): Promise<string> {
    const token = await readToken(config);
    if (token) return token;
    throw new CodedError('config_invalid', 'there is no token to join with', { hint: 'Set onboarding.token.' });
  }

  #note({ clock }: AgentContext, identity: Identity, newestKey?: string): Promise<void> {
    return noteRequest(this.#storage, identity, clock(), newestKey);
  }

  /** @param token that was joined with; undefined for a renewal without one */
  async #store({ log }: AgentContext, what: string, token: string | undefined, joined: Joined): Promise<void> {
    const { identity, files } = joined;
    this.#current = { identity, tokenHash: token === undefined ? this.#current.tokenHash : hashToken(token) };
    this.#problem = undefined;
    await saveIdentity(this.#storage, this.#current, files);
    await forgetRequest(this.#storage);
    log.info(what, describeIdentity(identity));
  }
}

async function join(context: AgentContext, token: string, storage: Destination): Promise<Joined> {
  const unfinished = await findUnfinished(storage, undefined);
  try {
    return await joinCluster(context, token, storage, () => noteRequest(storage, undefined, context.clock()));
  } catch (error) {
    throw explainJoin(error, unfinished, context.config.onboarding.joinMethod);
  }
}

function expired(identity: Identity): CodedError {
  return new CodedError('identity_expired', `the bot identity expired at ${identity.validTo.toISOString()}`, {
    hint: 'Make a new token ("tctl tokens add --type=bot --bot=NAME") and put it in the configuration or the token file.',
  });
}

function validTo({ identity }: StoredIdentity): string {
  return identity.validTo.toISOString();
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
