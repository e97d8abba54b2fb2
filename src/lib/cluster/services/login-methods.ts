import type { ServiceImpl } from '@connectrpc/connect';
import type { AuthService } from '../../gen/proto/auth_service_pb.js';
import { MFARequired } from '../../gen/proto/mfa_pb.js';
import { DeviceType } from '../../gen/proto/password_tokens_pb.js';
import { callerKey } from '../auth/caller.js';
import { ClusterError } from '../errors.js';
import { createAdminChallenge, needsAdminMfa } from '../login/admin-mfa.js';
import { registerOtp } from '../login/new-device.js';
import { createResetToken, getResetToken, redeemToken } from '../login/user-tokens.js';
import { CHALLENGE_MS, type PasskeyChallenge } from '../passkeys/browser-json.js';
import type { ClusterState } from '../state.js';

/** The methods of `proto.AuthService` by which users get passwords and second factors, and show them (login §5.7, §5.9, wire §1.4). */
export function loginMethods(state: ClusterState): Partial<ServiceImpl<typeof AuthService>> {
  return {
    createResetPasswordToken: (request) => createResetToken(state, request),
    getResetPasswordToken: ({ tokenId }) => getResetToken(state, tokenId),
    async createRegisterChallenge({ tokenId, deviceType }) {
      if (deviceType !== DeviceType.TOTP) {
        throw new ClusterError('BadParameter', 'only devices for one-time passwords can be registered here');
      }
      const { secret, issuer, account } = await registerOtp(state, tokenId);
      const challenge = { secret, issuer, account, periodSeconds: 30, algorithm: 'SHA1', digits: 6 };
      return { request: { case: 'totp', value: challenge } };
    },
    async changeUserAuthentication({ tokenId, newPassword, newMfaRegisterResponse, newDeviceName }) {
      const answer = newMfaRegisterResponse?.response;
      const otp = answer?.case === 'totp' ? answer.value.code : '';
      await redeemToken(state, { tokenId, password: newPassword, otp, deviceName: newDeviceName });
      return { recovery: {} };
    },
    // MFA_REQUIRED_NO lets the client go on without (wire §1.4).
    async createAuthenticateChallenge(request, { values }) {
      const caller = values.get(callerKey);
      if (caller.kind !== 'user') {
        throw new ClusterError(
          'BadParameter',
          'only users can have a second factor; the caller is a part of the cluster',
        );
      }
      if (!needsAdminMfa(state, caller)) return { mfaRequired: MFARequired.MFA_REQUIRED_NO };
      const { otp, passkey, browserRequest } = await createAdminChallenge(state, caller, request);
      return {
        mfaRequired: MFARequired.MFA_REQUIRED_YES,
        ...(otp && { totp: {} }),
        ...(passkey && { webauthnChallenge: assertionOptions(passkey) }),
        ...(browserRequest !== undefined && { browserChallenge: { requestId: browserRequest } }),
      };
    },
    isMFARequired({ target }, { values }) {
      const required = target.case === 'adminAction' && needsAdminMfa(state, values.get(callerKey));
      const mfaRequired = required ? MFARequired.MFA_REQUIRED_YES : MFARequired.MFA_REQUIRED_NO;
      return { required, mfaRequired };
    },
    getAccessCapabilities: () => ({}), // nothing can be requested here
  };
}

function assertionOptions({ challenge, rpId, keyIds }: PasskeyChallenge) {
  const allowCredentials = keyIds.map((id) => ({ type: 'public-key', id }));
  return {
    publicKey: { challenge, rpId, allowCredentials, timeoutMs: BigInt(CHALLENGE_MS), userVerification: 'discouraged' },
  };
}
