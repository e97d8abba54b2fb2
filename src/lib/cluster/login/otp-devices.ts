import { randomUUID } from 'node:crypto';
import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { matchesTotp } from '../../crypto/index.js';
import { type MFADevice, MFADeviceSchema } from '../../gen/types/mfa_devices_pb.js';
import type { UserV2 } from '../../gen/types/users_pb.js';
import { ClusterError } from '../errors.js';
import type { ClusterState } from '../state.js';

const USED_CODE = 'used_totp';
/** For so long a code that was accepted is refused (login §5.4). */
const USED_CODE_MS = 30_000;
const DEFAULT_NAME = 'otp';
const MAX_NAME_LENGTH = 30;

/** The secrets of a user's devices for one-time passwords. */
export function otpSecretsOf(user: UserV2 | undefined): string[] {
  const devices = user?.spec?.localAuth?.mfa ?? [];
  return devices.flatMap(({ device }) => (device.case === 'totp' ? [device.value.key] : []));
}

/**
 * Whether a code is right and was not used just now; it counts as used from here on.
 * @param secrets of the devices that it may be from
 */
export async function acceptOtp(
  { store, clock }: ClusterState,
  username: string,
  secrets: readonly string[],
  given: string,
): Promise<boolean> {
  const code = given.trim();
  const now = clock();
  if (!secrets.some((secret) => matchesTotp(secret, code, now))) return false;
  return store.write((transaction) => {
    const used = transaction.get(USED_CODE, username);
    if (used !== undefined && Buffer.from(used.value).toString() === code) return false;
    const expires = new Date(now.getTime() + USED_CODE_MS);
    transaction.put({ kind: USED_CODE, name: username, value: Buffer.from(code), expires });
    return true;
  });
}

/** @throws ClusterError BadParameter */
export function checkDeviceName(name: string): void {
  if (name.length <= MAX_NAME_LENGTH) return;
  throw new ClusterError('BadParameter', `device name cannot be longer than ${MAX_NAME_LENGTH} characters`);
}

/** A new device. @param name `otp` unless given */
export function otpDevice({ secret, name, now }: { secret: string; name: string; now: Date }): MFADevice {
  return create(MFADeviceSchema, {
    kind: 'mfa_device',
    version: 'v1',
    metadata: { name: name || DEFAULT_NAME, namespace: 'default' },
    id: randomUUID(),
    addedAt: timestampFromDate(now),
    lastUsed: timestampFromDate(now),
    device: { case: 'totp', value: { key: secret } },
  });
}
