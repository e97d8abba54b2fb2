import { CodedError } from '../util/coded-error.js';

export type CredentialSourceKind = 'identity-file' | 'profile' | 'auth-host';

/** What every reader of this room gives back: enough to open one TLS session to a cluster's auth service. */
export interface Credentials {
  source: { kind: CredentialSourceKind; path: string };
  /** Subject CN of the TLS certificate: the user, or `<host id>.<cluster>` on an auth host. */
  username: string;
  /** The cluster that issued the certificate. */
  clusterName: string;
  /** Subject O of the TLS certificate. */
  roles: string[];
  /** Leaf certificate, its private key, and the cluster's host CA certificates, all PEM. */
  tls: { certPem: string; keyPem: string; caPems: string[] };
  /** SSH certificate line and the known host CAs, as they stand in the files. Not needed to reach the auth service. */
  ssh?: { certificate: string; hostCas: string[] };
  /** When the TLS certificate ends. */
  expires?: Date;
  /** `host:port` of the proxy that a tsh profile names. */
  proxyAddress?: string;
}

/** One place that was looked at for credentials, in the order of looking. */
export interface TriedSource {
  source: 'config' | CredentialSourceKind;
  path?: string;
  outcome: 'used' | 'skipped' | 'failed';
  reason: string;
}

/** Stable codes of {@link CredentialError}; docs/errors.md says what each means. */
export type CredentialErrorCode =
  | 'credentials_not_found'
  | 'credentials_missing_file'
  | 'credentials_unreadable'
  | 'credentials_corrupt'
  | 'credentials_mismatch'
  | 'credentials_expired'
  | 'credentials_unsupported'
  | 'config_invalid'
  | 'bad_parameter';

/** Says which file, what is wrong with it, and (in `hint`) what to do. */
export class CredentialError extends CodedError {
  declare readonly code: CredentialErrorCode;
  readonly path?: string;
  /** Filled by the search for credentials: everything that was looked at. */
  tried: TriedSource[] = [];

  constructor(
    code: CredentialErrorCode,
    message: string,
    options: { path?: string; cause?: unknown; hint?: string } = {},
  ) {
    super(code, message, options);
    if (options.path !== undefined) this.path = options.path;
  }
}
