import { randomBytes } from 'node:crypto';
import { newTotpSecret, totpUri } from '../../crypto/index.js';
import type { MFADevice } from '../../gen/types/mfa_devices_pb.js';
import { ClusterError } from '../errors.js';
import type { PasskeyOrder } from '../passkeys/browser-json.js';
import { type Attestation, readNewKey } from '../passkeys/ceremony.js';
import type { ClusterState } from '../state.js';
import type { NewItem } from '../storage/backend.js';
import { findToken } from './find-token.js';
import { USER_TOKEN, USER_TOKEN_PASSKEY, USER_TOKEN_SECRET } from './leftovers.js';
import { loginSettings } from './login-settings.js';
import { acceptOtp, checkDeviceName, otpDevice } from './otp-devices.js';
import { newChallenge, passkeyDevice } from './passkey-devices.js';

const USER_ID_BYTES = 16;

export interface OtpRegistration {
  secret: string;
  issuer: string;
  /** `user@proxy` */
  account: string;
  uri: string;
}

/** A new secret for the one-time passwords of whoever redeems the link; each call replaces the one before. */
export async function registerOtp(state: ClusterState, tokenId: string): Promise<OtpRegistration> {
  const secret = newTotpSecret();
  const username = await putBeside(state, tokenId, { kind: USER_TOKEN_SECRET, value: Buffer.from(secret) });
  const issuer = state.clusterName;
  const account = `${username}@${state.addresses.proxy}`;
  return { secret, issuer, account, uri: totpUri({ secret, issuer, account }) };
}

/** What whoever redeems the link is to make a passkey with; each call replaces the one before. @throws ClusterError BadParameter */
export async function registerPasskey(state: ClusterState, tokenId: string): Promise<PasskeyOrder> {
  const { passkeyRpId: rpId } = loginSettings(state);
  if (rpId === undefined) throw noPasskeys();
  const [challenge, userId] = [newChallenge(), randomBytes(USER_ID_BYTES)];
  const value = Buffer.concat([challenge, userId]);
  const username = await putBeside(state, tokenId, { kind: USER_TOKEN_PASSKEY, value });
  return { challenge, rpId, clusterName: state.clusterName, username, userId };
}

/** Keeps something as long as a link. @returns the user that the link is for */
function putBeside(state: ClusterState, tokenId: string, item: Pick<NewItem, 'kind' | 'value'>): Promise<string> {
  return state.store.write((transaction) => {
    const found = findToken(transaction, tokenId);
    const expires = transaction.get(USER_TOKEN, tokenId)?.expires;
    transaction.put({ ...item, name: tokenId, ...(expires === undefined ? {} : { expires }) });
    return found.spec?.user ?? '';
  });
}

/** How somebody shows that the new second factor works. */
export interface DeviceProof {
  /** Empty for none. */
  otp: string;
  passkey?: Attestation;
  /** Empty = after its kind. */
  deviceName: string;
}

/** A new device, and the handle that a passkey has for its user. */
export interface NewDevice {
  device: MFADevice;
  userId?: Uint8Array;
}

/** @returns undefined where the cluster wants no second factor. @throws ClusterError */
export async function newDevice(
  state: ClusterState,
  tokenId: string,
  username: string,
  proof: DeviceProof,
): Promise<NewDevice | undefined> {
  const { secondFactor } = loginSettings(state);
  const { otp, passkey, deviceName } = proof;
  if (secondFactor === 'off' || (secondFactor === 'optional' && otp === '' && passkey === undefined)) return undefined;
  checkDeviceName(deviceName);
  return passkey === undefined
    ? newOtpDevice(state, tokenId, username, proof)
    : newPasskeyDevice(state, tokenId, passkey, deviceName);
}

async function newOtpDevice(
  state: ClusterState,
  tokenId: string,
  username: string,
  { otp, deviceName }: DeviceProof,
): Promise<NewDevice> {
  if (!loginSettings(state).otpAllowed) {
    throw new ClusterError('BadParameter', 'the cluster does not accept one-time passwords');
  }
  if (otp === '') throw new ClusterError('BadParameter', 'a second factor is needed and none was given');
  const secret = state.store.read((transaction) => transaction.get(USER_TOKEN_SECRET, tokenId))?.value;
  if (secret === undefined) throw noRegistration();
  const text = Buffer.from(secret).toString();
  if (!(await acceptOtp(state, username, [text], otp))) {
    throw new ClusterError('AccessDenied', 'the one-time password is wrong, or was used already');
  }
  return { device: otpDevice({ secret: text, name: deviceName, now: state.clock() }) };
}

function newPasskeyDevice(state: ClusterState, tokenId: string, passkey: Attestation, name: string): NewDevice {
  const { passkeyRpId: rpId } = loginSettings(state);
  if (rpId === undefined) throw noPasskeys();
  const order = state.store.read((transaction) => transaction.get(USER_TOKEN_PASSKEY, tokenId))?.value;
  if (order === undefined) throw noRegistration();
  const [challenge, userId] = [order.subarray(0, -USER_ID_BYTES), order.subarray(-USER_ID_BYTES)];
  const key = readNewKey(passkey, { challenge, rpId });
  return { device: passkeyDevice(key, { rpId, name, now: state.clock() }), userId };
}

function noPasskeys(): ClusterError {
  return new ClusterError('BadParameter', 'the cluster does not accept passkeys');
}

function noRegistration(): ClusterError {
  return new ClusterError('NotFound', 'no registration of a second factor has begun');
}
