import { resolve } from 'node:path';
import { type Clock, systemClock } from '../util/clock.js';
import { CodedError } from '../util/coded-error.js';
import { TELEPORT_VERSION } from '../util/teleport-version.js';
import type { Announced } from './domain/announced.js';
import type { Log } from './state.js';

export interface StartOptions extends Partial<Announced> {
  /** Name of a new cluster; a cluster that exists keeps its own. Default `embedded.test`. */
  clusterName?: string;
  /** Address to listen on. Default 127.0.0.1: nobody outside this machine. */
  listen?: string;
  /** Port of the auth service; 0, the default, takes a free one. */
  authPort?: number;
  /** Port of the proxy (web API and TLS routing); 0, the default, takes a free one. */
  proxyPort?: number;
  /** Where the cluster keeps everything. Needed unless `ephemeral`. */
  dataDir?: string;
  /** Keep everything in a temporary folder that `stop()` removes. Default false. */
  ephemeral?: boolean;
  /**
   * Whether the proxy hands TLS sessions on to the auth service by what clients name in them (ALPN). If not, it has another
   * free port for SSH, by which clients of the proxy reach the auth service. Default true.
   */
  tlsRouting?: boolean;
  /**
   * The release that the cluster says to be, from 16.0.0 to before 20; what came later it does not do. Default: the newest
   * that all of it was checked against.
   */
  serverVersion?: string;
  /**
   * Have people show a second factor for administration: a one-time password or, where `cluster_auth_preference` allows it
   * (`second_factors`, `webauthn.rp_id`) and `serverVersion` is 18.8 or later, a passkey in the browser. Real clusters do
   * so only where one-time passwords are no second factor. `adminIdentityFile` is exempt, as what an auth host signs is. Default false.
   */
  adminMfa?: boolean;
  /** What time it is for the cluster: certificates, tokens and locks begin and end by it. Default the system's clock. */
  clock?: Clock;
  /** Gets each line about what the cluster does. Default: nothing is said. */
  log?: Log;
}

export const DEFAULT_CLUSTER_NAME = 'embedded.test';

/** As the reference checks them: DNS-like, for the name becomes part of host names and certificates. */
const CLUSTER_NAME = /^[A-Za-z0-9](?:[A-Za-z0-9.-]{0,61}[A-Za-z0-9])?$/;

const RELEASE = /^(\d+)\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/;

/** Options checked and filled in. `dataDir` is undefined for an ephemeral cluster. */
export interface CheckedOptions {
  clusterName?: string;
  listen: string;
  authPort: number;
  proxyPort: number;
  dataDir?: string;
  announced: Announced;
  tlsRouting: boolean;
  serverVersion: string;
  adminMfa: boolean;
  clock: Clock;
  log: Log;
}

/** @throws CodedError `bad_parameter` naming the option. */
export function checkOptions(options: StartOptions): CheckedOptions {
  const { clusterName, listen = '127.0.0.1', authPort = 0, proxyPort = 0, dataDir, ephemeral = false } = options;
  if (clusterName !== undefined && !CLUSTER_NAME.test(clusterName)) {
    throw bad(
      `the cluster name ${JSON.stringify(clusterName)} is not made of letters, digits, dots and hyphens (at most 63)`,
    );
  }
  for (const [name, port] of Object.entries({ authPort, proxyPort })) {
    if (!Number.isInteger(port) || port < 0 || port > 65535)
      throw bad(`${name} ${port} is no port number (0 to 65535)`);
  }
  if (authPort !== 0 && authPort === proxyPort)
    throw bad(`the ports of the auth service and the proxy are both ${authPort}`);
  if (ephemeral && dataDir !== undefined)
    throw bad('an ephemeral cluster has no dataDir of its own: give one of the two');
  if (!ephemeral && !dataDir) throw bad('give a dataDir, or ephemeral for a cluster that leaves nothing behind');
  return {
    listen,
    authPort,
    proxyPort,
    announced: checkAnnounced(options),
    tlsRouting: options.tlsRouting ?? true,
    serverVersion: checkRelease(options.serverVersion),
    adminMfa: options.adminMfa ?? false,
    clock: options.clock ?? systemClock,
    log: options.log ?? (() => undefined),
    ...(clusterName !== undefined && { clusterName }),
    ...(dataDir !== undefined && { dataDir: resolve(dataDir) }),
  };
}

function checkRelease(release = TELEPORT_VERSION): string {
  const [, major] = RELEASE.exec(release) ?? [];
  if (major !== undefined && Number(major) >= 16 && Number(major) < 20) return release;
  throw bad(`serverVersion ${JSON.stringify(release)} is no release from 16.0.0 to 19`);
}

/** Everything announced must have a name of its own among its kind. */
function checkAnnounced({ apps = [], databases = [], kubeClusters = [] }: Partial<Announced>): Announced {
  for (const [what, list] of Object.entries({ apps, databases, kubeClusters })) {
    const names = list.map(({ name }) => name);
    if (names.some((name) => !name)) throw bad(`${what}: each needs a name`);
    const twice = names.find((name, index) => names.indexOf(name) !== index);
    if (twice !== undefined) throw bad(`${what}: ${JSON.stringify(twice)} stands there twice`);
  }
  return { apps, databases, kubeClusters };
}

function bad(message: string): CodedError {
  return new CodedError('bad_parameter', message);
}
