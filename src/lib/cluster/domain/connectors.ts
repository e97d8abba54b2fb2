import type { GithubConnectorV3 } from '../../gen/types/github_connectors_pb.js';
import type { OIDCConnectorV3 } from '../../gen/types/oidc_connectors_pb.js';
import type { SAMLConnectorV2 } from '../../gen/types/saml_connectors_pb.js';

/** What callers see who did not ask for secrets, or may not have them. */
export function withoutGithubSecrets(connector: GithubConnectorV3): GithubConnectorV3 {
  if (connector.spec) connector.spec.clientSecret = '';
  return connector;
}

export function withoutOidcSecrets(connector: OIDCConnectorV3): OIDCConnectorV3 {
  if (connector.spec) {
    connector.spec.clientSecret = '';
    connector.spec.googleServiceAccount = '';
    if (connector.spec.mfa) connector.spec.mfa.clientSecret = '';
  }
  return connector;
}

export function withoutSamlSecrets(connector: SAMLConnectorV2): SAMLConnectorV2 {
  for (const pair of [connector.spec?.signingKeyPair, connector.spec?.assertionKeyPair]) if (pair) pair.privateKey = '';
  return connector;
}
