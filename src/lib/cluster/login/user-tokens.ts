import { randomBytes } from 'node:crypto';
import { clone, create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { WebauthnLocalAuthSchema } from '../../gen/types/mfa_devices_pb.js';
import { type ProvisionTokenV2, ProvisionTokenV2Schema } from '../../gen/types/tokens_pb.js';
import { type UserTokenV3, UserTokenV3Schema } from '../../gen/types/user_tokens_pb.js';
import {
  LocalAuthSecretsSchema,
  MFADeviceKind,
  PasswordState,
  UserStatusV2Schema,
  type UserV2,
  UserV2Schema,
} from '../../gen/types/users_pb.js';
import { listPage, type PageRequest } from '../domain/paging.js';
import { missing, userNotFound } from '../domain/refusals.js';
import { decodeStored, putStored } from '../domain/stored-message.js';
import { findUser, storeUser } from '../domain/users.js';
import { ClusterError } from '../errors.js';
import type { ClusterState } from '../state.js';
import type { ReadTransaction } from '../storage/backend.js';
import { findToken } from './find-token.js';
import { forgetLogin, USER_TOKEN } from './leftovers.js';
import { loginSettings } from './login-settings.js';
import { type DeviceProof, type NewDevice, newDevice } from './new-device.js';
import { checkNewPassword, hashPassword } from './passwords.js';

const ID_BYTES = 16;
const HOUR_NS = 3_600_000_000_000n;

/** By type: default and longest life, and the page of the web UI that redeems one (login §5.7). */
const TYPES = {
  invite: { ttl: HOUR_NS, longest: 48n * HOUR_NS, page: 'invite' },
  password: { ttl: 8n * HOUR_NS, longest: 24n * HOUR_NS, page: 'reset' },
} as const;

/** One page of the links that still hold, in the order of their ids. */
export function listResetTokens(
  { store }: ClusterState,
  page: PageRequest,
): { tokens: UserTokenV3[]; nextToken: string } {
  const { items, nextToken } = store.read((transaction) => listPage(transaction, USER_TOKEN, page));
  return { tokens: items.map((item) => decodeStored(UserTokenV3Schema, item)), nextToken };
}

/** Links as the list of join tokens has them: with the role Signup (wire §6.3). */
export function resetTokensAsTokens({ store }: ClusterState): ProvisionTokenV2[] {
  const links = store.read((transaction) => transaction.list(USER_TOKEN));
  return links.map((item) => {
    const { metadata } = decodeStored(UserTokenV3Schema, item);
    return create(ProvisionTokenV2Schema, {
      kind: 'token',
      version: 'v2',
      metadata: { name: item.name, namespace: 'default', ...(metadata?.expires && { expires: metadata.expires }) },
      spec: { roles: ['Signup'], joinMethod: 'token' },
    });
  });
}

/**
 * Makes the link by which a user sets password and second factor; those that the user had, and older links, are gone.
 * @throws ClusterError NotFound, BadParameter; AccessDenied for users of an identity provider.
 */
export async function createResetToken(
  state: ClusterState,
  { name, type, ttl }: { name: string; type: string; ttl: bigint },
): Promise<UserTokenV3> {
  if (name === '') throw missing('name');
  const rules = type === '' ? TYPES.password : Object.entries(TYPES).find(([known]) => known === type)?.[1];
  if (rules === undefined) throw new ClusterError('BadParameter', `unknown user token type(${type})`);
  if (ttl < 0n) throw new ClusterError('BadParameter', 'TTL must not be negative');
  if (ttl > rules.longest) {
    throw new ClusterError('BadParameter', `failed to create token: maximum token TTL is ${rules.longest / HOUR_NS}h`);
  }
  const now = state.clock();
  const id = randomBytes(ID_BYTES).toString('hex');
  const life = ttl === 0n ? rules.ttl : ttl;
  const token = create(UserTokenV3Schema, {
    kind: 'user_token',
    subKind: type || 'password',
    version: 'v3',
    metadata: {
      name: id,
      namespace: 'default',
      expires: timestampFromDate(new Date(now.getTime() + Number(life / 1_000_000n))),
    },
    spec: {
      user: name,
      url: `https://${state.addresses.proxy}/web/${rules.page}/${id}`,
      created: timestampFromDate(now),
    },
  });
  return state.store.write((transaction) => {
    const user = findUser(transaction, name);
    if (user === undefined) throw userNotFound(name);
    if (user.spec?.createdBy?.connector?.id) {
      throw new ClusterError(
        'AccessDenied',
        `only local users may be reset, "${name}" belongs to an identity provider`,
      );
    }
    forgetLogin(transaction, name);
    storeUser(transaction, withoutLogin(user));
    // Stored as a copy: a real cluster answers without the revision.
    putStored(transaction, UserTokenV3Schema, USER_TOKEN, id, clone(UserTokenV3Schema, token));
    return token;
  });
}

/** @throws ClusterError NotFound, also for a token that has expired. */
export function getResetToken({ store }: ClusterState, id: string): UserTokenV3 {
  return store.read((transaction) => findToken(transaction, id));
}

export interface Redemption extends DeviceProof {
  tokenId: string;
  password: Uint8Array;
}

/** Sets password and second factor, in the order of login §5.8. @returns the user's name */
export async function redeemToken(state: ClusterState, request: Redemption): Promise<string> {
  const { tokenId, password } = request;
  if (!loginSettings(state).localAllowed) throw new ClusterError('AccessDenied', 'local auth disabled');
  checkNewPassword(password);
  const username = state.store.read((transaction) => userOf(transaction, tokenId)).metadata?.name ?? '';
  const device = await newDevice(state, tokenId, username, request);
  const passwordHash = await hashPassword(password);
  await state.store.write((transaction) => {
    const user = userOf(transaction, tokenId); // somebody else may have redeemed it in the meantime
    forgetLogin(transaction, username);
    storeUser(transaction, withPassword(device === undefined ? user : withDevice(user, device), passwordHash));
  });
  return username;
}

/** @returns the user that a link is for */
function userOf(transaction: ReadTransaction, id: string): UserV2 {
  const username = findToken(transaction, id).spec?.user ?? '';
  const user = findUser(transaction, username);
  if (user === undefined) throw userNotFound(username);
  return user;
}

/** A user whose only device is a new one. */
function withDevice(given: UserV2, { device, userId }: NewDevice): UserV2 {
  const user = clone(UserV2Schema, given);
  if (user.spec === undefined) return user;
  user.spec.localAuth ??= create(LocalAuthSecretsSchema);
  user.spec.localAuth.mfa = [device];
  if (userId !== undefined) user.spec.localAuth.webauthn = create(WebauthnLocalAuthSchema, { userId });
  user.status ??= create(UserStatusV2Schema);
  const isPasskey = device.device.case === 'webauthn';
  user.status.mfaWeakestDevice = MFADeviceKind[isPasskey ? 'MFA_DEVICE_KIND_WEBAUTHN' : 'MFA_DEVICE_KIND_TOTP'];
  return user;
}

function withPassword(given: UserV2, passwordHash: Uint8Array): UserV2 {
  const user = clone(UserV2Schema, given);
  if (user.spec !== undefined) {
    user.spec.localAuth ??= create(LocalAuthSecretsSchema);
    user.spec.localAuth.passwordHash = passwordHash;
    user.spec.status = undefined; // a lock after failed attempts ends with it
  }
  user.status ??= create(UserStatusV2Schema);
  user.status.passwordState = PasswordState.SET;
  return user;
}

function withoutLogin(given: UserV2): UserV2 {
  const user = clone(UserV2Schema, given);
  if (user.spec !== undefined) user.spec.localAuth = undefined;
  user.status ??= create(UserStatusV2Schema);
  user.status.passwordState = PasswordState.UNSET;
  user.status.mfaWeakestDevice = MFADeviceKind.MFA_DEVICE_KIND_UNSET;
  return user;
}
