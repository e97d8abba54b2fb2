import type { UserV2 } from '../../gen/types/users_pb.js';
import type { PasskeyChallenge } from '../passkeys/browser-json.js';
import type { ClusterState } from '../state.js';
import { type BrowserRequest, requestBrowser } from './browser-requests.js';
import { loginSettings } from './login-settings.js';
import { otpSecretsOf } from './otp-devices.js';
import { challengePasskeys } from './passkey-devices.js';

/** What somebody may answer a challenge with. */
export interface SecondFactors {
  otp: boolean;
  passkey?: PasskeyChallenge;
  /** Names the page where a browser shows a passkey in the place of the command (login §8). */
  browserRequest?: string;
}

/** Challenges a user. @param request the address is empty for commands that do not use browsers */
export async function secondFactorsOf(
  state: ClusterState,
  user: UserV2 | undefined,
  request: BrowserRequest,
): Promise<SecondFactors> {
  const otp = loginSettings(state).otpAllowed && otpSecretsOf(user).length > 0;
  const passkey = await challengePasskeys(state, user, request.purpose);
  const browserRequest = passkey && (await requestBrowser(state, request));
  return { otp, ...(passkey && { passkey }), ...(browserRequest !== undefined && { browserRequest }) };
}
