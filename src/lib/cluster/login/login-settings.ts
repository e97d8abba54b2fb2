import { SecondFactorType } from '../../gen/types/auth_preference_pb.js';
import { AUTH_PREFERENCE, defaultSessionMs, getSingleton } from '../domain/cluster-config.js';
import type { ClusterState } from '../state.js';

/** What the cluster's settings say of logins with a password. */
export interface LoginSettings {
  localAllowed: boolean;
  /** One-time passwords count as a second factor. */
  otpAllowed: boolean;
  /** The domain that passkeys are for; undefined where they do not count as a second factor. */
  passkeyRpId?: string;
  /** `optional`: only from users who have a device. */
  secondFactor: 'off' | 'optional' | 'required';
  defaultTtlMs: number;
}

export function loginSettings(state: ClusterState): LoginSettings {
  const { spec } = getSingleton(state, AUTH_PREFERENCE);
  const word = spec?.secondFactor ?? '';
  const listed = spec?.secondFactors ?? [];
  const passkeysAllowed =
    listed.length > 0 ? listed.includes(SecondFactorType.WEBAUTHN) : ['webauthn', 'on', 'optional'].includes(word);
  const rpId = (passkeysAllowed && spec?.webauthn?.rpId) || undefined;
  return {
    ...(rpId === undefined ? {} : { passkeyRpId: rpId }),
    localAllowed: spec?.allowLocalAuth?.value ?? true,
    otpAllowed: listed.length > 0 ? listed.includes(SecondFactorType.OTP) : !['off', 'webauthn'].includes(word),
    secondFactor: listed.length === 0 && (word === 'off' || word === 'optional') ? word : 'required',
    defaultTtlMs: defaultSessionMs(state),
  };
}
