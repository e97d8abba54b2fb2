import { randomBytes } from 'node:crypto';
import { clone, create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { newTotpSecret, totpUri } from '../../crypto/index.js';
import { type UserTokenV3, UserTokenV3Schema } from '../../gen/types/user_tokens_pb.js';
import {
  LocalAuthSecretsSchema,
  MFADeviceKind,
  PasswordState,
  UserStatusV2Schema,
  type UserV2,
  UserV2Schema,
} from '../../gen/types/users_pb.js';
import { missing, userNotFound } from '../domain/refusals.js';
import { getStored, putStored } from '../domain/stored-message.js';
import { findUser, storeUser } from '../domain/users.js';
import { ClusterError } from '../errors.js';
import type { ClusterState } from '../state.js';
import type { ReadTransaction } from '../storage/backend.js';
import { forgetLogin, USER_TOKEN, USER_TOKEN_SECRET } from './leftovers.js';
import { loginSettings } from './login-settings.js';
import { acceptOtp, checkDeviceName, withOtpDevice } from './otp-devices.js';
import { checkNewPassword, hashPassword } from './passwords.js';

const ID_BYTES = 16;
const HOUR_NS = 3_600_000_000_000n;

/** By type: default and longest life, and the page of the web UI that redeems one (login §5.7). */
const TYPES = {
  invite: { ttl: HOUR_NS, longest: 48n * HOUR_NS, page: 'invite' },
  password: { ttl: 8n * HOUR_NS, longest: 24n * HOUR_NS, page: 'reset' },
} as const;

/**
 * Makes the link by which a user sets password and second factor; those that the user had, and older links, are gone.
 * @throws ClusterError NotFound, BadParameter; AccessDenied for users of an identity provider.
 */
export async function createResetToken(
  state: ClusterState,
  { name, type, ttl }: { name: string; type: string; ttl: bigint },
): Promise<UserTokenV3> {
  if (name === '') throw missing('name');
  const rules = TYPES[(type || 'password') as keyof typeof TYPES];
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
    return putStored(transaction, UserTokenV3Schema, USER_TOKEN, id, token);
  });
}

/** @throws ClusterError NotFound, also for a token that has expired. */
export function getResetToken({ store }: ClusterState, id: string): UserTokenV3 {
  return store.read((transaction) => findToken(transaction, id));
}

export interface OtpRegistration {
  secret: string;
  issuer: string;
  /** `user@proxy` */
  account: string;
  uri: string;
}

/** A new secret for the one-time passwords of whoever redeems the token; each call replaces the one before. */
export async function registerOtp(state: ClusterState, tokenId: string): Promise<OtpRegistration> {
  const secret = newTotpSecret();
  const token = await state.store.write((transaction) => {
    const found = findToken(transaction, tokenId);
    const expires = transaction.get(USER_TOKEN, tokenId)?.expires;
    const item = { kind: USER_TOKEN_SECRET, name: tokenId, value: Buffer.from(secret) };
    transaction.put(expires === undefined ? item : { ...item, expires });
    return found;
  });
  const issuer = state.clusterName;
  const account = `${token.spec?.user ?? ''}@${state.addresses.proxy}`;
  return { secret, issuer, account, uri: totpUri({ secret, issuer, account }) };
}

export interface Redemption {
  tokenId: string;
  password: Uint8Array;
  /** Empty for none. */
  otp: string;
  deviceName: string;
}

/** Sets password and second factor, in the order of login §5.8. @returns the user's name */
export async function redeemToken(state: ClusterState, request: Redemption): Promise<string> {
  const { tokenId, password, otp, deviceName } = request;
  const settings = loginSettings(state);
  if (!settings.localAllowed) throw new ClusterError('AccessDenied', 'local auth disabled');
  checkNewPassword(password);
  const { username, secret } = state.store.read((transaction) => readToken(transaction, tokenId));
  const usesOtp = settings.secondFactor !== 'off' && (otp !== '' || settings.secondFactor === 'required');
  if (usesOtp) await checkNewDevice(state, { username, secret, otp, deviceName });
  const passwordHash = await hashPassword(password);
  await state.store.write((transaction) => {
    readToken(transaction, tokenId); // somebody else may have redeemed it in the meantime
    const user = findUser(transaction, username);
    if (user === undefined) throw userNotFound(username);
    forgetLogin(transaction, username);
    const device = { secret: secret ?? '', name: deviceName, now: state.clock() };
    storeUser(transaction, withPassword(usesOtp ? withOtpDevice(user, device) : user, passwordHash));
  });
  return username;
}

function readToken(transaction: ReadTransaction, id: string): { username: string; secret: string | undefined } {
  const username = findToken(transaction, id).spec?.user ?? '';
  if (findUser(transaction, username) === undefined) throw userNotFound(username);
  const secret = transaction.get(USER_TOKEN_SECRET, id);
  return { username, secret: secret && Buffer.from(secret.value).toString() };
}

function findToken(transaction: ReadTransaction, id: string): UserTokenV3 {
  const token = id === '' ? undefined : getStored(transaction, UserTokenV3Schema, USER_TOKEN, id);
  if (token !== undefined) return token;
  throw new ClusterError('NotFound', `user token(${id.slice(0, 4)}…) not found`);
}

async function checkNewDevice(
  state: ClusterState,
  { username, secret, otp, deviceName }: { username: string; secret?: string; otp: string; deviceName: string },
): Promise<void> {
  checkDeviceName(deviceName);
  if (!loginSettings(state).otpAllowed) {
    throw new ClusterError('BadParameter', 'the cluster does not accept one-time passwords');
  }
  if (otp === '') throw new ClusterError('BadParameter', 'a second factor is needed and none was given');
  if (secret === undefined) throw new ClusterError('NotFound', 'no registration of a second factor has begun');
  if (!(await acceptOtp(state, username, [secret], otp))) {
    throw new ClusterError('AccessDenied', 'the one-time password is wrong, or was used already');
  }
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
