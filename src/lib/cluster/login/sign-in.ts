import type { Certs } from '../../gen/proto/certs_pb.js';
import type { UserV2 } from '../../gen/types/users_pb.js';
import { accountOf, storedRoles } from '../certs/bot-account.js';
import { issueCertificates } from '../certs/certificates.js';
import type { SubjectKeys } from '../certs/public-keys.js';
import { lockedOut, lockOn } from '../domain/locks.js';
import { ClusterError } from '../errors.js';
import type { Assertion } from '../passkeys/ceremony.js';
import type { ClusterState } from '../state.js';
import { countingAttempts } from './attempts.js';
import { loginSettings } from './login-settings.js';
import { acceptOtp, otpSecretsOf } from './otp-devices.js';
import { acceptPasskey } from './passkey-devices.js';
import { verifyPassword } from './passwords.js';
import { type SecondFactors, secondFactorsOf } from './second-factors.js';

export interface Secrets {
  username: string;
  password: Uint8Array;
  /** Empty for none. */
  otp: string;
  passkey?: Assertion;
}

export interface SignIn extends Secrets {
  keys: SubjectKeys;
  /** 0 = as the cluster's settings say. */
  ttlMs: number;
  /** Empty = this cluster. */
  routeToCluster: string;
  /** Without port. */
  loginIp: string;
}

/**
 * The first half of a login (login §5.1): looks at the password and says which second factor comes next.
 * @throws ClusterError AccessDenied that tells nothing about the reason.
 */
export async function beginSignIn(
  state: ClusterState,
  { username, password, callbackUrl = '' }: Pick<Secrets, 'username' | 'password'> & { callbackUrl?: string },
): Promise<SecondFactors> {
  try {
    const user = await countingAttempts(state, username, async (stored) => {
      if (await hasPassword(stored, password)) return stored;
      throw new ClusterError('AccessDenied', 'wrong password');
    });
    return await secondFactorsOf(state, user, { username, purpose: 'login', callbackUrl });
  } catch (cause) {
    if (!(cause instanceof ClusterError)) throw cause;
    throw new ClusterError('AccessDenied', 'invalid credentials', { cause });
  }
}

/** The second half (login §5.2): everything again, then certificates. @throws ClusterError AccessDenied, BadParameter, NotFound. */
export async function finishSignIn(state: ClusterState, request: SignIn): Promise<Certs> {
  const { username, keys, routeToCluster, loginIp } = request;
  const settings = loginSettings(state);
  if (username === '') throw new ClusterError('BadParameter', "missing parameter 'username'");
  if (request.ttlMs < 0) throw new ClusterError('BadParameter', 'ttl: must not be negative');
  if (!settings.localAllowed) throw new ClusterError('AccessDenied', 'local auth disabled');
  if (routeToCluster !== '' && routeToCluster !== state.clusterName) {
    throw new ClusterError('NotFound', `cluster "${routeToCluster}" is not found`);
  }
  await countingAttempts(state, username, (user) => checkSecrets(state, request, user));
  const { account, roles } = state.store.read((transaction) => {
    const account = accountOf(transaction, username);
    const names = account.user.spec?.roles ?? [];
    const lock = lockOn(transaction, state.clock(), { username, roles: names });
    if (lock !== undefined) throw lockedOut(lock);
    return { account, roles: storedRoles(transaction, names) };
  });
  return issueCertificates(state, {
    identity: {
      username,
      traits: account.traits,
      routeToCluster: state.clusterName,
      ...(loginIp === '' ? {} : { loginIp }),
      userType: 'local',
    },
    roles,
    keys,
    requestedMs: request.ttlMs || settings.defaultTtlMs,
    withHostAuthority: true,
  });
}

async function checkSecrets(state: ClusterState, given: Secrets, user: UserV2 | undefined) {
  const { username, password, otp, passkey } = given;
  const settings = loginSettings(state);
  const devices = otpSecretsOf(user);
  if (passkey !== undefined && settings.secondFactor !== 'off') {
    const isRight = (await hasPassword(user, password)) && (await acceptPasskey(state, username, 'login', passkey));
    if (isRight) return;
    throw new ClusterError('AccessDenied', 'invalid credentials');
  }
  if (otp === '' || settings.secondFactor === 'off') {
    if (!(await hasPassword(user, password))) throw new ClusterError('AccessDenied', 'invalid username or password');
    if (settings.secondFactor === 'required') throw new ClusterError('AccessDenied', 'missing second factor');
    if (settings.secondFactor === 'optional' && (user?.spec?.localAuth?.mfa ?? []).length > 0) {
      throw new ClusterError('AccessDenied', 'missing second factor authentication');
    }
    return;
  }
  const isRight = await hasPassword(user, password);
  if (!isRight || !settings.otpAllowed || !(await acceptOtp(state, username, devices, otp))) {
    throw new ClusterError('AccessDenied', 'invalid username, password or second factor');
  }
}

function hasPassword(user: UserV2 | undefined, password: Uint8Array): Promise<boolean> {
  const isFromProvider = (user?.spec?.createdBy?.connector?.id ?? '') !== '';
  return verifyPassword(isFromProvider ? undefined : user?.spec?.localAuth?.passwordHash, password);
}
