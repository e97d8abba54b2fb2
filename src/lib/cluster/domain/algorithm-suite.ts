import type { AuthPreferenceSpecV2 } from '../../gen/types/auth_preference_pb.js';
import { SignatureAlgorithmSuite } from '../../gen/types/signature_algorithm_suite_pb.js';

const SUITES: Partial<Record<SignatureAlgorithmSuite, string>> = {
  [SignatureAlgorithmSuite.LEGACY]: 'legacy',
  [SignatureAlgorithmSuite.BALANCED_V1]: 'balanced-v1',
  [SignatureAlgorithmSuite.FIPS_V1]: 'fips-v1',
  [SignatureAlgorithmSuite.HSM_V1]: 'hsm-v1',
};

/** The name of the suite in the authentication settings, such as `balanced-v1`; undefined where none is set. */
export function suiteName(spec: AuthPreferenceSpecV2 | undefined): string | undefined {
  return spec && SUITES[spec.signatureAlgorithmSuite];
}
