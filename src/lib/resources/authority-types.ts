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

/** What of an authority is exported, and how it is written. */
export interface AuthorityExport {
  /** Type of the authority. */
  authority: string;
  form: 'ssh' | 'pem' | 'der';
}

/** By the types of `auth export` (cli §17.1). */
export const AUTHORITY_EXPORTS = {
  user: { authority: 'user', form: 'ssh' },
  host: { authority: 'host', form: 'ssh' },
  openssh: { authority: 'openssh', form: 'ssh' },
  'tls-host': { authority: 'host', form: 'pem' },
  'tls-user': { authority: 'user', form: 'pem' },
  'tls-user-der': { authority: 'user', form: 'der' },
  'tls-spiffe': { authority: 'spiffe', form: 'pem' },
  windows: { authority: 'user', form: 'der' },
  db: { authority: 'db', form: 'pem' },
  'db-der': { authority: 'db', form: 'der' },
  'db-client': { authority: 'db_client', form: 'pem' },
  'db-client-der': { authority: 'db_client', form: 'der' },
  'saml-idp': { authority: 'saml_idp', form: 'der' },
  awsra: { authority: 'awsra', form: 'pem' },
} as const satisfies Record<string, AuthorityExport>;

export type AuthorityExportType = keyof typeof AUTHORITY_EXPORTS;
