import type { ServiceImpl } from '@connectrpc/connect';
import type { AuthService } from '../../gen/proto/auth_service_pb.js';
import { DeviceType } from '../../gen/proto/password_tokens_pb.js';
import { ClusterError } from '../errors.js';
import { createResetToken, getResetToken, redeemToken, registerOtp } from '../login/user-tokens.js';
import type { ClusterState } from '../state.js';

/** The methods of `proto.AuthService` by which users get passwords and second factors (login §5.7, §5.9). */
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
    getAccessCapabilities: () => ({}), // nothing can be requested here
  };
}
