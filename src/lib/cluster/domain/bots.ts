import { create } from '@bufbuild/protobuf';
import { MetadataSchema as BotMetadataSchema } from '../../gen/teleport/header/v1/header_pb.js';
import { type Bot, BotSchema } from '../../gen/teleport/machineid/v1/bot_pb.js';
import type { RoleV6 } from '../../gen/types/roles_pb.js';
import { type UserV2, UserV2Schema } from '../../gen/types/users_pb.js';
import { botResourceName } from '../../resources/index.js';
import type { Caller } from '../auth/caller.js';
import { ClusterError } from '../errors.js';
import type { ClusterState } from '../state.js';
import type { ReadTransaction, Transaction } from '../storage/backend.js';
import { BOT_LABEL, botRole, botUser, GENERATION_LABEL, roleTtl, traitsOf } from './bot-resources.js';
import { listPage, type PageRequest } from './paging.js';
import { allOf, annotated, doesNotExist, roleNotFound, userNotFound } from './refusals.js';
import { asKnownBot, isKnownBotPath, newestRoleVersion } from './release-limits.js';
import { findRole, insertRole, storeRole } from './roles.js';
import { decodeStored } from './stored-message.js';
import { findUser, insertUser, storeUser, withAuthor, withNewStatus } from './users.js';

/** @throws ClusterError NotFound, BadParameter. */
export function getBot({ store }: ClusterState, name: string): Bot {
  if (name === '') throw new ClusterError('BadParameter', 'bot_name: must be non-empty');
  return store.read((transaction) => {
    const resource = botResourceName(name);
    const user = annotated(
      'fetching bot user',
      () => findUser(transaction, resource) ?? raise(doesNotExist('user', resource)),
    );
    const role = annotated('fetching bot role', () => findRole(transaction, resource) ?? raise(roleNotFound(resource)));
    return botFrom(user, role);
  });
}

/**
 * One page of bots. As with the real server a page covers so many users, of which not all are bots,
 * so that a page may be short or empty while more follow (wire §6.1).
 */
export function listBots({ store }: ClusterState, page: PageRequest): { bots: Bot[]; nextToken: string } {
  return store.read((transaction) => {
    const { items, nextToken } = listPage(transaction, 'user', page);
    const bots = items.flatMap((item) => {
      const user = decodeStored(UserV2Schema, item);
      if (user.metadata?.labels[BOT_LABEL] === undefined) return [];
      const role = findRole(transaction, item.name);
      return role === undefined ? [] : [botFrom(user, role)];
    });
    return { bots, nextToken };
  });
}

/** Writes the bot's user and role; both or, when one is refused, none. */
export async function createBot(state: ClusterState, caller: Caller, given: Bot | undefined): Promise<Bot> {
  const bot = asKnownBot(state, checkedBot(given));
  return state.store.write((transaction) => {
    const author = (user: UserV2) => withAuthor(state, caller, user);
    const user = annotated('creating bot user', () => insertUser(transaction, author(withNewStatus(botUser(bot)))));
    const role = annotated('creating bot role', () => insertRole(transaction, botRole(bot, newestRoleVersion(state))));
    return botFrom(user, role);
  });
}

/** Creates or replaces; a replaced bot keeps its generation counter and author. */
export async function upsertBot(state: ClusterState, caller: Caller, given: Bot | undefined): Promise<Bot> {
  const bot = asKnownBot(state, checkedBot(given));
  return state.store.write((transaction) => {
    const user = botUser(bot);
    const name = user.metadata?.name ?? '';
    const stored = findUser(transaction, name);
    if (stored !== undefined) keepIdentity(user, stored);
    const role = storeRole(transaction, botRole(bot, newestRoleVersion(state)));
    return botFrom(storeUser(transaction, withAuthor(state, caller, user)), role);
  });
}

/** What a field mask may name; descriptions came later than the others (wire §7). */
const UPDATABLE = ['spec.roles', 'spec.traits', 'spec.max_session_ttl', 'metadata.description'] as const;
type UpdatablePath = (typeof UPDATABLE)[number];

/** Changes only the fields that `paths` name. */
export async function updateBot(state: ClusterState, given: Bot | undefined, paths: readonly string[]): Promise<Bot> {
  const bot = annotated('validating bot', () => checkShape(given));
  const masked = checkMask(state, paths);
  if (masked.includes('spec.roles')) annotated('validating bot', () => checkRoleNames(bot));
  return state.store.write((transaction) => {
    const name = botResourceName(bot.metadata?.name ?? '');
    const user = annotated('getting bot user', () => ownUser(transaction, bot.metadata?.name ?? ''));
    const role = annotated('getting bot role', () => findRole(transaction, name) ?? raise(roleNotFound(name)));
    for (const path of masked) applyField(path, bot, user, role);
    return botFrom(storeUser(transaction, user), storeRole(transaction, role));
  });
}

/** Deletes the bot's user and role, each only if it is this bot's; tokens, locks and instances stay. */
export async function deleteBot({ store }: ClusterState, name: string): Promise<void> {
  if (name === '') throw new ClusterError('BadParameter', 'bot_name: must be non-empty');
  await store.write((transaction) => {
    const resource = botResourceName(name);
    allOf(
      () =>
        annotated('deleting bot user', () => {
          annotated('fetching bot user', () => ownUser(transaction, name));
          transaction.delete('user', resource);
        }),
      () =>
        annotated('deleting bot role', () => {
          annotated('fetching bot role', () => ownRole(transaction, name));
          transaction.delete('role', resource);
        }),
    );
  });
}

function checkedBot(given: Bot | undefined): Bot {
  return annotated('validating bot', () => {
    const bot = checkShape(given);
    checkRoleNames(bot);
    return bot;
  });
}

function checkShape(bot: Bot | undefined): Bot {
  if (bot === undefined) throw new ClusterError('BadParameter', 'bot: must be non-nil');
  if (bot.metadata === undefined) throw new ClusterError('BadParameter', 'metadata: must be non-nil');
  if (bot.metadata.name === '') throw new ClusterError('BadParameter', 'metadata.name: must be non-empty');
  if (bot.spec === undefined) throw new ClusterError('BadParameter', 'spec: must be non-nil');
  return bot;
}

function checkRoleNames({ spec }: Bot): void {
  if (spec?.roles.includes('')) throw new ClusterError('BadParameter', 'spec.roles: must not contain empty strings');
}

function checkMask(state: ClusterState, paths: readonly string[]): UpdatablePath[] {
  if (paths.length === 0) throw new ClusterError('BadParameter', 'update_mask: must be non-empty');
  return paths.map((path) => {
    const known = UPDATABLE.find((updatable) => updatable === path && isKnownBotPath(state, path));
    if (known === undefined) throw new ClusterError('BadParameter', `update_mask: unsupported path "${path}"`);
    return known;
  });
}

function applyField(path: UpdatablePath, bot: Bot, user: UserV2, role: RoleV6): void {
  const wanted = botRole(bot, 'v8').spec;
  if (role.spec === undefined || user.spec === undefined || user.metadata === undefined) return;
  if (path === 'metadata.description') user.metadata.description = bot.metadata?.description ?? '';
  if (path === 'spec.traits') user.spec.traits = botUser(bot).spec?.traits;
  if (path === 'spec.roles' && role.spec.allow !== undefined) role.spec.allow.impersonate = wanted?.allow?.impersonate;
  if (path === 'spec.max_session_ttl' && role.spec.options !== undefined) {
    role.spec.options.maxSessionTtl = roleTtl(bot.spec?.maxSessionTtl);
  }
}

function keepIdentity(user: UserV2, stored: UserV2): void {
  const generation = stored.metadata?.labels[GENERATION_LABEL];
  if (generation === undefined) {
    const name = stored.metadata?.name ?? '';
    throw new ClusterError(
      'BadParameter',
      `user "${name}" exists and is not a bot: it has no label ${GENERATION_LABEL}`,
    );
  }
  if (user.metadata !== undefined) user.metadata.labels[GENERATION_LABEL] = generation;
  if (user.spec !== undefined) user.spec.createdBy = stored.spec?.createdBy;
}

function ownUser(transaction: Transaction, botName: string): UserV2 {
  const name = botResourceName(botName);
  const user = findUser(transaction, name) ?? raise(userNotFound(name));
  checkLabel('user', name, user.metadata?.labels, botName);
  return user;
}

function ownRole(transaction: ReadTransaction, botName: string): RoleV6 {
  const name = botResourceName(botName);
  const role = findRole(transaction, name) ?? raise(roleNotFound(name));
  checkLabel('role', name, role.metadata?.labels, botName);
  return role;
}

function checkLabel(kind: string, name: string, labels: Record<string, string> | undefined, botName: string): void {
  if (labels?.[BOT_LABEL] === botName) return;
  throw new ClusterError(
    'BadParameter',
    `${kind} "${name}" does not belong to bot "${botName}": label ${BOT_LABEL} differs`,
  );
}

/** A bot as clients see it, put together from its user and role (wire §6.1). */
function botFrom(user: UserV2, role: RoleV6): Bot {
  const { [BOT_LABEL]: name, [GENERATION_LABEL]: _generation, ...labels } = user.metadata?.labels ?? {};
  const userName = user.metadata?.name ?? '';
  if (name === undefined) {
    throw new ClusterError('BadParameter', `user "${userName}" is not a bot: it has no label ${BOT_LABEL}`);
  }
  const ttl = role.spec?.options?.maxSessionTtl ?? 0n;
  return create(BotSchema, {
    kind: 'bot',
    version: 'v1',
    metadata: create(BotMetadataSchema, {
      name,
      labels,
      description: user.metadata?.description ?? '',
      expires: user.metadata?.expires,
    }),
    spec: {
      roles: role.spec?.allow?.impersonate?.roles ?? [],
      traits: traitsOf(user),
      maxSessionTtl: { seconds: ttl / 1_000_000_000n, nanos: Number(ttl % 1_000_000_000n) },
    },
    status: { userName, roleName: role.metadata?.name ?? '' },
  });
}

function raise(error: Error): never {
  throw error;
}
