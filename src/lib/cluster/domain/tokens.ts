import { randomBytes } from 'node:crypto';
import { clone, create } from '@bufbuild/protobuf';
import { parseAuthorizedKey } from '../../crypto/index.js';
import {
  type ProvisionTokenStatusV2BoundKeypair,
  ProvisionTokenStatusV2BoundKeypairSchema,
  ProvisionTokenStatusV2Schema,
  type ProvisionTokenV2,
  ProvisionTokenV2Schema,
} from '../../gen/types/tokens_pb.js';
import { validateToken, withTokenDefaults } from '../../resources/kinds/index.js';
import { ClusterError } from '../errors.js';
import type { ClusterState } from '../state.js';
import type { Transaction } from '../storage/backend.js';
import { checkName } from './names.js';
import { listPage, type PageRequest } from './paging.js';
import { doesNotExist } from './refusals.js';
import { asKnownToken, requireKnownJoinMethod } from './release-limits.js';
import { decodeStored, getStored, putStored } from './stored-message.js';
import { refuseProblems } from './validation.js';

const KIND = 'token';

/** @throws ClusterError NotFound, also for a token that has expired. */
export function getToken({ store }: ClusterState, name: string): ProvisionTokenV2 {
  const token = store.read((transaction) => getStored(transaction, ProvisionTokenV2Schema, KIND, name));
  if (token === undefined) throw doesNotExist(KIND, name);
  return token;
}

/** All tokens in the order of their names, secrets included (wire §6.3). */
export function listTokens({ store }: ClusterState): ProvisionTokenV2[] {
  return store.read((transaction) => transaction.list(KIND)).map((item) => decodeStored(ProvisionTokenV2Schema, item));
}

export interface TokenFilter {
  /** Those with one of these roles; empty = all. */
  roles: readonly string[];
  /** Those that let this bot join; empty = all. */
  botName: string;
}

/** One page of the tokens in the order of their names; with a filter it may have fewer, or none, and others follow. */
export function listTokenPage(
  { store }: ClusterState,
  page: PageRequest,
  { roles, botName }: TokenFilter,
): { tokens: ProvisionTokenV2[]; nextToken: string } {
  const { items, nextToken } = store.read((transaction) => listPage(transaction, KIND, page));
  const tokens = items
    .map((item) => decodeStored(ProvisionTokenV2Schema, item))
    .filter(({ spec }) => roles.length === 0 || roles.some((role) => spec?.roles.includes(role)))
    .filter(({ spec }) => botName === '' || (spec?.botName === botName && spec.roles.includes('Bot')));
  return { tokens, nextToken };
}

/** @throws ClusterError BadParameter, AlreadyExists. */
export async function createToken(state: ClusterState, given: ProvisionTokenV2): Promise<void> {
  const token = checkedToken(state, given);
  await state.store.write((transaction) => {
    if (transaction.get(KIND, nameOf(token)) !== undefined) {
      throw new ClusterError('AlreadyExists', `token ${maskedName(nameOf(token))} already exists`);
    }
    putToken(transaction, token, undefined);
  });
}

/**
 * Creates or replaces. The status of a bound_keypair token outlives a new spec unless the input brings a status of its own,
 * as a backup does.
 */
export async function upsertToken(state: ClusterState, given: ProvisionTokenV2): Promise<void> {
  const token = checkedToken(state, given);
  await state.store.write((transaction) => {
    const stored = getStored(transaction, ProvisionTokenV2Schema, KIND, nameOf(token));
    putToken(transaction, token, stored);
  });
}

/** @throws ClusterError NotFound. */
export async function deleteToken({ store }: ClusterState, name: string): Promise<void> {
  await store.write((transaction) => {
    if (!transaction.delete(KIND, name)) {
      throw new ClusterError('NotFound', `provisioning token(${maskedName(name)}) not found`);
    }
  });
}

function checkedToken(state: ClusterState, given: ProvisionTokenV2): ProvisionTokenV2 {
  const token = withTokenDefaults(asKnownToken(state, given));
  requireKnownJoinMethod(state, token);
  refuseProblems(validateToken(token));
  checkName(KIND, nameOf(token));
  const key = token.spec?.boundKeypair?.onboarding?.initialPublicKey ?? '';
  if (token.spec?.joinMethod === 'bound_keypair' && key !== '') checkInitialPublicKey(key);
  return token;
}

function checkInitialPublicKey(line: string): void {
  try {
    parseAuthorizedKey(line);
  } catch (cause) {
    const message = 'spec.bound_keypair.onboarding.initial_public_key: must be a public key in authorized_keys form';
    throw new ClusterError('BadParameter', message, { cause });
  }
}

function putToken(transaction: Transaction, given: ProvisionTokenV2, stored: ProvisionTokenV2 | undefined): void {
  const token = given.spec?.joinMethod === 'bound_keypair' ? withRegistration(given, stored) : given;
  putStored(transaction, ProvisionTokenV2Schema, KIND, nameOf(token), token);
}

/**
 * Gives a bound_keypair token what its first join needs (join §2.6): nothing where a key is bound or pre-registered,
 * else a registration secret: the one that it has, the one in the spec, or a new one.
 */
function withRegistration(given: ProvisionTokenV2, stored: ProvisionTokenV2 | undefined): ProvisionTokenV2 {
  const onboarding = given.spec?.boundKeypair?.onboarding;
  const kept = given.status?.boundKeypair ?? stored?.status?.boundKeypair;
  const hasKey = (kept?.boundPublicKey ?? '') !== '' || (onboarding?.initialPublicKey ?? '') !== '';
  if (kept === undefined && hasKey) return given;
  const status: ProvisionTokenStatusV2BoundKeypair = kept ?? create(ProvisionTokenStatusV2BoundKeypairSchema);
  if (!hasKey && status.registrationSecret === '') {
    status.registrationSecret = onboarding?.registrationSecret || randomBytes(16).toString('hex');
  }
  const token = clone(ProvisionTokenV2Schema, given);
  token.status = create(ProvisionTokenStatusV2Schema, { boundKeypair: status });
  return token;
}

function nameOf(token: ProvisionTokenV2): string {
  return token.metadata?.name ?? '';
}

/** A token's name is its secret: only the last quarter is shown, as in the real server's refusals. */
function maskedName(name: string): string {
  const hidden = Math.floor(name.length * 0.75);
  return '*'.repeat(hidden) + name.slice(hidden);
}
