/** The authorities of a cluster in the order in which `tctl status` lists them (wire §4.9). */
export const CERT_AUTHORITY_TYPES = [
  'host',
  'user',
  'db',
  'db_client',
  'openssh',
  'jwt',
  'saml_idp',
  'oidc_idp',
  'spiffe',
  'okta',
  'awsra',
  'bound_keypair',
] as const;
