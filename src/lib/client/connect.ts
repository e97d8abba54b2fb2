import {
  type CredentialOptions,
  type Credentials,
  type FoundCredentials,
  findCredentials,
} from '../credentials/index.js';
import { chooseHttpProxy, connectionUpgradeWanted, openConnection, readWebRoots } from '../transport/index.js';
import { CodedError } from '../util/coded-error.js';
import { TELEPORT_VERSION } from '../util/teleport-version.js';
import type { Client } from './client.js';
import type { SecondFactorPrompt } from './mfa/second-factor.js';

/** Where to connect, as whom, and how. */
export interface ConnectOptions extends CredentialOptions {
  /** Address of an auth service or a proxy, `host:port`; several are tried in order. */
  authServer?: string | string[];
  /** Credentials at hand; with them, nothing is looked for, and `authServer` must be given. */
  credentials?: Credentials;
  /** Accept any server certificate. For experiments only. */
  insecure?: boolean;
  /** File with CA certificates, PEM, that a proxy's web certificate may come from. */
  caFile?: string;
  /** Deadline of each call in milliseconds; none if not given. */
  timeoutMs?: number;
  /** Longest wait for the connection in milliseconds; 30,000 if not given. */
  dialTimeoutMs?: number;
  /** Largest answer taken, in bytes; 4 MiB if not given. */
  maxReceiveBytes?: number;
  /** First words of the `user-agent` that the cluster's audit log shows. */
  userAgent?: string;
  /** Version told to the server. */
  version?: string;
  /** Asks the person for a second factor, where the cluster wants one for administration; without, such calls fail. */
  secondFactor?: SecondFactorPrompt;
  /** Told, line by line, what is tried and what comes of it. */
  trace?: (line: string) => void;
}

/**
 * Connects to a cluster: finds credentials, opens the connection and gives a {@link Client}.
 *
 * @example
 * ```ts
 * const client = await connect({ authServer: 'proxy.example.com:443', identityFile: 'admin.pem' });
 * await client.bots.create({ name: 'ci', roles: ['access'] });
 * await client.close();
 * ```
 * @throws CredentialError when there are no usable credentials; ConnectFailedError when no address answers.
 * @public
 */
export async function connect(options: ConnectOptions = {}): Promise<Client> {
  const { trace, env = {} } = options;
  const { credentials, addresses, tried } = await chooseCredentials(options);
  for (const { source, path, outcome, reason } of tried)
    trace?.(`credentials: ${source}${path ? ` ${path}` : ''}: ${outcome}: ${reason}`);
  const opening = openConnection({
    addresses,
    clusterName: credentials.clusterName,
    tls: credentials.tls,
    credential: describeCredential(credentials),
    httpProxy: (target) => chooseHttpProxy(env, target),
    webRoots: () => readWebRoots({ caFile: options.caFile, sslCertFile: env.SSL_CERT_FILE }),
    connectionUpgrade: (target) => connectionUpgradeWanted(env, target),
    metadata: {
      version: options.version ?? TELEPORT_VERSION,
      userAgent: options.userAgent ?? `machine-identity-tools/${TELEPORT_VERSION}`,
    },
    insecure: options.insecure,
    dialTimeoutMs: options.dialTimeoutMs,
    timeoutMs: options.timeoutMs,
    maxReceiveBytes: options.maxReceiveBytes,
    trace,
  });
  opening.catch(() => undefined); // reported below
  const { Client } = await import('./client.js'); // while the connection is made
  const client = new Client(await opening, credentials, options.secondFactor);
  if (!options.insecure) return client;
  try {
    await client.ping(); // nothing has proved yet that this is an auth service
    return client;
  } catch (error) {
    await client.close();
    throw error;
  }
}

async function chooseCredentials(options: ConnectOptions): Promise<FoundCredentials> {
  const authServers = options.authServer === undefined ? options.authServers : [options.authServer].flat();
  if (options.credentials === undefined) return findCredentials({ ...options, authServers });
  if (!authServers?.length)
    throw new CodedError('bad_parameter', 'credentials were given without an address', {
      hint: 'Give authServer: "host:port" too.',
    });
  return { credentials: options.credentials, addresses: authServers, tried: [] };
}

function describeCredential({ source, username }: Credentials): string {
  const kinds = { 'identity-file': 'identity file', profile: 'tsh profile', 'auth-host': 'auth host identity' };
  return `${kinds[source.kind]} ${source.path} (${username})`;
}
