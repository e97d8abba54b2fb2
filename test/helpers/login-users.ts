import { create } from '@bufbuild/protobuf';
import { insertUser } from '../../src/lib/cluster/domain/users.js';
import { registerOtp } from '../../src/lib/cluster/login/new-device.js';
import { createResetToken, redeemToken } from '../../src/lib/cluster/login/user-tokens.js';
import type { ClusterState } from '../../src/lib/cluster/state.js';
import { totpCode } from '../../src/lib/crypto/index.js';
import { UserV2Schema } from '../../src/lib/gen/types/users_pb.js';

export const PASSWORD = 'correct horse battery';

/** The code that a user's app shows, some seconds from now. */
export function codeOf(state: ClusterState, secret: string, inSeconds = 0): string {
  return totpCode(secret, new Date(state.clock().getTime() + inSeconds * 1000));
}

/** Makes a user with password and one-time passwords. @returns their secret; the code in force counts as used */
export async function setUpUser(state: ClusterState, name: string, roles: string[] = []): Promise<string> {
  const user = create(UserV2Schema, { kind: 'user', version: 'v2', metadata: { name }, spec: { roles } });
  await state.store.write((transaction) => insertUser(transaction, user));
  return setPassword(state, name);
}

/** Gives a user that is there a password and one-time passwords. */
export async function setPassword(state: ClusterState, name: string): Promise<string> {
  const { metadata } = await createResetToken(state, { name, type: 'invite', ttl: 0n });
  const tokenId = metadata?.name ?? '';
  const { secret } = await registerOtp(state, tokenId);
  const password = Buffer.from(PASSWORD);
  await redeemToken(state, { tokenId, password, otp: codeOf(state, secret), deviceName: '' });
  return secret;
}
