import { clone, create } from '@bufbuild/protobuf';
import {
  type AuthPreferenceSpecV2,
  AuthPreferenceSpecV2Schema,
  type AuthPreferenceV2,
  AuthPreferenceV2Schema,
  OktaOptionsSchema,
  SecondFactorType,
} from '../../gen/types/auth_preference_pb.js';
import { BoolValueSchema } from '../../gen/types/metadata_pb.js';
import { IdPOptionsSchema, IdPSAMLOptionsSchema } from '../../gen/types/role_options_pb.js';
import { defineLegacyKind } from '../kind-definition.js';
import { validateMetadata } from '../metadata.js';
import { type FieldProblem, notOneOf } from '../problems.js';
import { singletonMetadata } from './cluster-config.js';

const TWELVE_HOURS = 43_200_000_000_000n;

const CHOICES = {
  type: ['local', 'oidc', 'saml', 'github'],
  second_factor: ['off', 'otp', 'webauthn', 'on', 'optional', 'u2f'],
  locking_mode: ['best_effort', 'strict'],
} as const;

export const authPreferenceKind = defineLegacyKind('cluster_auth_preference', {
  schema: AuthPreferenceV2Schema,
  withDefaults: withAuthPreferenceDefaults,
  validate: validateAuthPreference,
});

/** A copy with the defaults of how users log in (wire §5.4). */
export function withAuthPreferenceDefaults(preference: AuthPreferenceV2): AuthPreferenceV2 {
  const copy = clone(AuthPreferenceV2Schema, preference);
  copy.kind = 'cluster_auth_preference';
  copy.version = 'v2';
  copy.metadata = singletonMetadata(copy.metadata, 'cluster-auth-preference');
  copy.spec ??= create(AuthPreferenceSpecV2Schema);
  const { spec } = copy;
  spec.type ||= 'local';
  spec.allowLocalAuth ??= create(BoolValueSchema, { value: true });
  spec.disconnectExpiredCert ??= create(BoolValueSchema);
  spec.lockingMode ||= 'best_effort';
  spec.defaultSessionTtl ||= TWELVE_HOURS;
  if (spec.secondFactor === '' && spec.secondFactors.length === 0) spec.secondFactor = 'otp';
  if (spec.secondFactor === 'u2f') spec.secondFactor = 'webauthn';
  spec.allowPasswordless ??= create(BoolValueSchema, { value: usesWebauthn(spec) });
  spec.allowHeadless ??= create(BoolValueSchema, { value: usesWebauthn(spec) });
  spec.idp ??= create(IdPOptionsSchema);
  spec.idp.saml ??= create(IdPSAMLOptionsSchema);
  spec.idp.saml.enabled ??= create(BoolValueSchema, { value: true });
  spec.okta ??= create(OktaOptionsSchema);
  return copy;
}

export function validateAuthPreference(preference: AuthPreferenceV2): FieldProblem[] {
  const { metadata, spec } = withAuthPreferenceDefaults(preference);
  const problems = validateMetadata(metadata);
  if (!spec) return problems;
  const values = { type: spec.type, second_factor: spec.secondFactor, locking_mode: spec.lockingMode };
  for (const [field, value] of Object.entries(values)) {
    const accepted: readonly string[] = CHOICES[field as keyof typeof CHOICES];
    if (accepted.includes(value) || (field === 'second_factor' && value === '')) continue;
    problems.push(notOneOf(['spec', field], value, accepted));
  }
  if (spec.secondFactor !== '' && spec.secondFactors.length > 0) {
    problems.push({ path: ['spec', 'second_factors'], message: 'second_factors and second_factor exclude each other' });
  }
  return [...problems, ...validateWebauthn(spec)];
}

function validateWebauthn(spec: AuthPreferenceSpecV2): FieldProblem[] {
  if (usesWebauthn(spec)) {
    const isNamed = spec.webauthn?.rpId || spec.u2f?.appId;
    return isNamed
      ? []
      : [{ path: ['spec', 'webauthn', 'rp_id'], message: 'this is required where webauthn is a second factor' }];
  }
  const needing = { allow_passwordless: spec.allowPasswordless?.value, allow_headless: spec.allowHeadless?.value };
  return Object.entries(needing)
    .filter(([, value]) => value)
    .map(([field]) => ({ path: ['spec', field], message: 'this needs webauthn as a second factor' }));
}

function usesWebauthn(spec: AuthPreferenceSpecV2): boolean {
  return (
    ['webauthn', 'on', 'optional', 'u2f'].includes(spec.secondFactor) ||
    spec.secondFactors.includes(SecondFactorType.WEBAUTHN)
  );
}
