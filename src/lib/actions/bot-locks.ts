import { timestampDate } from '@bufbuild/protobuf/wkt';
import { type Client, isErrorCode } from '../client/index.js';
import type { Bot } from '../gen/teleport/machineid/v1/bot_pb.js';
import type { LockTarget, LockV2 } from '../gen/types/locks_pb.js';
import { botResourceName, isTimeSet } from '../resources/index.js';
import type { CodedError } from '../util/coded-error.js';
import { collect } from './collect.js';
import { namingWhatIsMissing } from './missing.js';

/** A field of a lock's target, in words: `user` and `bot-example`. */
export interface LockedPart {
  part: string;
  value: string;
}

/** A lock in force that keeps a bot out, and why it is there. */
export interface BotLock {
  name: string;
  /** What of the bot it is on: its user, its role, an instance, a join token, or a role that it may act with. */
  on: LockedPart[];
  /** What else it is on: whoever that is would be unlocked too. */
  alsoOn: LockedPart[];
  /** It is only on roles that the bot may act with: outputs with those roles fail, the bot itself is not locked. */
  outputsOnly: boolean;
  message: string;
  /**
   * The cluster makes locks itself when it sees signs of a copied identity: `certificate` when an outdated certificate was
   * used, `join_state` when an outdated join state was. All others were made by `somebody`.
   */
  cause: 'certificate' | 'join_state' | 'somebody';
  createdBy: string;
  createdAt?: Date;
  expires?: Date;
}

export interface BotLocks {
  /** On the bot alone. */
  own: BotLock[];
  /** On others too: on a role that they have as well, or with a target that names more than the bot. */
  shared: BotLock[];
  /** What could not be looked at, so that locks may have been overlooked. */
  problems: string[];
}

/**
 * All locks in force that keep a bot out.
 * @throws CodedError `not_found` if there is neither such a bot nor a lock on one.
 */
export async function findBotLocks(name: string, { client }: { client: Client }): Promise<BotLocks> {
  const problems: string[] = [];
  const [locks, bot, instances, tokens] = await Promise.all([
    collect(client.locks.list({ inForceOnly: true })),
    findBot(name, client),
    allowed(problems, 'bot instances', () => collect(client.botInstances.list({ bot: name }))),
    allowed(problems, 'join tokens', () => collect(client.tokens.list())),
  ]);
  const joins = instances.flatMap(({ status }) => status?.latestAuthentications ?? []);
  const ownTokens = tokens.filter(({ spec }) => spec?.botName === name);
  const parts: BotParts = {
    account: botResourceName(name),
    instances: new Set(instances.map(({ spec }) => spec?.instanceId)),
    tokens: new Set([...ownTokens.map(({ metadata }) => metadata?.name), ...joins.map(({ joinToken }) => joinToken)]),
    roles: new Set(bot instanceof Error ? [] : bot?.spec?.roles),
  };
  const found = locks.map((lock) => describe(lock, parts)).filter(({ on }) => on.length > 0);
  if (found.length === 0 && bot instanceof Error) throw bot;
  const isShared = ({ on, alsoOn }: BotLock) => alsoOn.length > 0 || on.some((part) => isSharedRole(part, parts));
  return { own: found.filter((lock) => !isShared(lock)), shared: found.filter(isShared), problems };
}

/**
 * Removes the locks that are on the bot alone; one that somebody else has removed meanwhile is as good.
 * @throws CodedError whatever the first refusal was.
 */
export async function removeBotLocks(locks: readonly BotLock[], { client }: { client: Client }): Promise<void> {
  for (const { name } of locks) {
    try {
      await client.locks.delete(name);
    } catch (error) {
      if (!isErrorCode(error, 'not_found')) throw error;
    }
  }
}

/** Whether it is a role that the bot may act with, which others may have as well. */
function isSharedRole({ part, value }: LockedPart, { account }: BotParts): boolean {
  return part === 'role' && value !== account;
}

/** What belongs to a bot. */
interface BotParts {
  /** Name of its user and of its role. */
  account: string;
  instances: ReadonlySet<string | undefined>;
  tokens: ReadonlySet<string | undefined>;
  /** Roles that it may act with. */
  roles: ReadonlySet<string | undefined>;
}

type TargetField = Exclude<keyof LockTarget, `$${string}`>;

/** Each field of a target: what it is called, and whether its value belongs to the bot. */
const FIELDS: readonly [TargetField, string, (bot: BotParts, value: string) => boolean][] = [
  ['user', 'user', ({ account }, value) => value === account],
  ['role', 'role', ({ account, roles }, value) => value === account || roles.has(value)],
  ['botInstanceId', 'bot instance', ({ instances }, value) => instances.has(value)],
  ['joinToken', 'join token', ({ tokens }, value) => tokens.has(value)],
  ['login', 'login', () => false],
  ['mfaDevice', 'MFA device', () => false],
  ['windowsDesktop', 'Windows desktop', () => false],
  ['accessRequest', 'access request', () => false],
  ['device', 'device', () => false],
  ['serverId', 'server', () => false],
];

function describe({ metadata, spec }: LockV2, bot: BotParts): BotLock {
  const targets = FIELDS.map(([field, part, belongs]) => ({ part, value: spec?.target?.[field] ?? '', belongs }));
  const named = targets.filter(({ value }) => value !== '');
  const parts = (belongs: boolean) =>
    named.filter((target) => target.belongs(bot, target.value) === belongs).map(({ part, value }) => ({ part, value }));
  const on = parts(true);
  return {
    name: metadata?.name ?? '',
    on,
    alsoOn: parts(false),
    outputsOnly: on.every((part) => isSharedRole(part, bot)),
    message: spec?.message ?? '',
    cause: causeOf(spec?.createdBy ?? '', spec?.target?.joinToken ?? ''),
    createdBy: spec?.createdBy ?? '',
    createdAt: isTimeSet(spec?.createdAt) ? timestampDate(spec.createdAt) : undefined,
    expires: isTimeSet(spec?.expires) ? timestampDate(spec.expires) : undefined,
  };
}

/** The cluster's own locks have no author, or the cluster itself. */
function causeOf(author: string, joinToken: string): BotLock['cause'] {
  if (author !== '' && author !== 'system') return 'somebody';
  return joinToken === '' ? 'certificate' : 'join_state';
}

/** A bot that was removed may have left locks behind, so that its absence is no failure yet. */
async function findBot(name: string, client: Client): Promise<Bot | CodedError | undefined> {
  try {
    return await namingWhatIsMissing({ kind: 'bot', name, client }, () => client.bots.get(name));
  } catch (error) {
    if (isErrorCode(error, 'not_found')) return error;
    if (isErrorCode(error, 'access_denied')) return undefined;
    throw error;
  }
}

/** Reads what the caller may not be allowed to see, or the cluster be too old to know. */
async function allowed<T>(problems: string[], what: string, read: () => Promise<T[]>): Promise<T[]> {
  try {
    return await read();
  } catch (error) {
    if (!isErrorCode(error, 'access_denied') && !isErrorCode(error, 'not_implemented')) throw error;
    problems.push(`the ${what} cannot be read, so that locks on them may be overlooked: ${error.message}`);
    return [];
  }
}
