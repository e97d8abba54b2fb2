import { randomBytes, randomUUID } from 'node:crypto';
import { clone, create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { type MFADevice, MFADeviceSchema, type WebauthnDevice } from '../../gen/types/mfa_devices_pb.js';
import { type UserV2, UserV2Schema } from '../../gen/types/users_pb.js';
import { findUser, storeUser } from '../domain/users.js';
import { CHALLENGE_MS, type PasskeyChallenge } from '../passkeys/browser-json.js';
import { type Assertion, challengeIn, checkAssertion, type NewKey } from '../passkeys/ceremony.js';
import type { ClusterState } from '../state.js';
import type { ReadTransaction } from '../storage/backend.js';
import { loginSettings } from './login-settings.js';

/** What somebody is asked for a passkey for; an answer for one is none for the other. */
export type Purpose = 'login' | 'admin';

/** Challenges that are still to be answered, by user and challenge; the value is the purpose. */
const CHALLENGE = 'passkey_challenge';
const CHALLENGE_BYTES = 32;
const DEFAULT_NAME = 'webauthn';

export function newChallenge(): Uint8Array {
  return randomBytes(CHALLENGE_BYTES);
}

/** A new device of a user. @param name `webauthn` unless given */
export function passkeyDevice(key: NewKey, { rpId, name, now }: { rpId: string; name: string; now: Date }): MFADevice {
  return create(MFADeviceSchema, {
    kind: 'mfa_device',
    version: 'v1',
    metadata: { name: name || DEFAULT_NAME, namespace: 'default' },
    id: randomUUID(),
    addedAt: timestampFromDate(now),
    lastUsed: timestampFromDate(now),
    device: {
      case: 'webauthn',
      value: {
        credentialId: key.id,
        publicKeyCbor: key.publicKey,
        attestationType: 'none',
        aaguid: key.aaguid,
        signatureCounter: key.counter,
        credentialRpId: rpId,
      },
    },
  });
}

/** Asks a user for a passkey; undefined where the cluster takes none, or the user has none. */
export async function challengePasskeys(
  state: ClusterState,
  user: UserV2 | undefined,
  purpose: Purpose,
): Promise<PasskeyChallenge | undefined> {
  const { passkeyRpId: rpId } = loginSettings(state);
  const keyIds = passkeysOf(user, rpId).map(({ credentialId }) => credentialId);
  if (user === undefined || rpId === undefined || keyIds.length === 0) return undefined;
  const challenge = newChallenge();
  const expires = new Date(state.clock().getTime() + CHALLENGE_MS);
  const name = challengeName(user.metadata?.name ?? '', challenge);
  await state.store.write((t) => t.put({ kind: CHALLENGE, name, value: Buffer.from(purpose), expires }));
  return { challenge, rpId, keyIds };
}

/** Whether an answer is right; it can still be used. @throws ClusterError AccessDenied */
export function isRightPasskey(state: ClusterState, username: string, purpose: Purpose, assertion: Assertion): boolean {
  return state.store.read((transaction) => rightAnswer(state, transaction, username, purpose, assertion)) !== undefined;
}

/** Whether an answer is right; it counts as used from here on. @throws ClusterError AccessDenied */
export function acceptPasskey(
  state: ClusterState,
  username: string,
  purpose: Purpose,
  assertion: Assertion,
): Promise<boolean> {
  return state.store.write((transaction) => {
    const right = rightAnswer(state, transaction, username, purpose, assertion);
    if (right === undefined) return false;
    transaction.delete(CHALLENGE, challengeName(username, challengeIn(assertion)));
    storeUser(transaction, withUse(right.user, assertion.keyId, { counter: right.counter, now: state.clock() }));
    return true;
  });
}

/** Whose passkey an answer is, and how often that was used; undefined for an answer that nobody asked the user for. */
function rightAnswer(
  state: ClusterState,
  transaction: ReadTransaction,
  username: string,
  purpose: Purpose,
  assertion: Assertion,
): { user: UserV2; counter: number } | undefined {
  const { passkeyRpId: rpId } = loginSettings(state);
  const challenge = challengeIn(assertion);
  const asked = transaction.get(CHALLENGE, challengeName(username, challenge));
  const user = findUser(transaction, username);
  const device = passkeysOf(user, rpId).find(({ credentialId }) => isSame(credentialId, assertion.keyId));
  if (asked === undefined || Buffer.from(asked.value).toString() !== purpose) return undefined;
  if (user === undefined || device === undefined || rpId === undefined) return undefined;
  const key = { publicKey: device.publicKeyCbor, counter: device.signatureCounter };
  return { user, counter: checkAssertion(assertion, key, { challenge, rpId }) };
}

/** A user's passkeys for a domain. */
function passkeysOf(user: UserV2 | undefined, rpId: string | undefined): WebauthnDevice[] {
  const devices = user?.spec?.localAuth?.mfa ?? [];
  return devices.flatMap(({ device }) =>
    device.case === 'webauthn' && device.value.credentialRpId === rpId ? [device.value] : [],
  );
}

function withUse(given: UserV2, keyId: Uint8Array, { counter, now }: { counter: number; now: Date }): UserV2 {
  const user = clone(UserV2Schema, given);
  for (const mfa of user.spec?.localAuth?.mfa ?? []) {
    if (mfa.device.case !== 'webauthn' || !isSame(mfa.device.value.credentialId, keyId)) continue;
    mfa.device.value.signatureCounter = counter;
    mfa.lastUsed = timestampFromDate(now);
  }
  return user;
}

function challengeName(username: string, challenge: Uint8Array): string {
  return `${username}/${Buffer.from(challenge).toString('base64url')}`;
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.from(one).equals(other);
}
