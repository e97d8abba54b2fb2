import { homedir } from 'node:os';
import { join, normalize } from 'node:path';

import type { Clock } from '../util/clock.js';
import { systemClock } from '../util/clock.js';
import { parseHostPort } from '../util/host-port.js';
import { readAuthHost } from './auth-host.js';
import { CredentialError, type Credentials, type TriedSource } from './credentials.js';
import { readIdentityFile } from './identity-file.js';
import { readProfile } from './profile.js';
import { readCredentialFile } from './read-file.js';
import { DEFAULT_DATA_DIR, readTeleportConfig, type TeleportConfig } from './teleport-config.js';

/** What the user said, as flags and as environment variables; a flag wins over its variable. */
export interface CredentialOptions {
  /** Addresses of auth services or proxies, as `host:port`. Variable: TELEPORT_AUTH_SERVER, one per line. */
  authServers?: string[];
  /** Variable: TELEPORT_IDENTITY_FILE. */
  identityFile?: string;
  /** Variable: TELEPORT_CONFIG_FILE; default `/etc/teleport.yaml` if it exists; empty for none. */
  configFile?: string;
  /** A whole config in base64. Variable: TELEPORT_CONFIG. */
  configString?: string;
  /** The environment; besides the above, TELEPORT_HOME is read. Default: empty. */
  env?: Record<string, string | undefined>;
  /** Folder that holds `.tsh`. Default: the user's home. */
  homeDir?: string;
  clock?: Clock;
  platform?: NodeJS.Platform;
}

/** What a search found. */
export interface FoundCredentials {
  credentials: Credentials;
  /** Where to connect, best first; never empty. An entry may lack its port. */
  addresses: string[];
  /** What was looked at, in order. */
  tried: TriedSource[];
}

interface Search {
  options: CredentialOptions;
  env: Record<string, string | undefined>;
  clock: Clock;
  platform: string;
  addresses: string[];
  tried: TriedSource[];
}

/**
 * Finds credentials in the order: identity file, auth host whose config file is in force, tsh profile, auth host in the
 * default data folder (transport §1.3, §10). Two differences to the real tool, where its order is a trap: an identity
 * file that was named is used or is the error, and a config file that merely lies in the default place does not hide a
 * tsh profile when this machine turns out to be no auth host.
 * @throws CredentialError; its `tried` lists what was looked at.
 */
export async function findCredentials(options: CredentialOptions): Promise<FoundCredentials> {
  const env = options.env ?? {};
  const authServers = options.authServers?.length ? options.authServers : (env.TELEPORT_AUTH_SERVER ?? '').split('\n');
  const search: Search = {
    options,
    env,
    clock: options.clock ?? systemClock,
    platform: options.platform ?? process.platform,
    addresses: authServers.map((one) => one.trim()).filter((one) => one !== ''),
    tried: [],
  };
  try {
    checkAddresses(search.addresses);
    // As with the real tool, a file that is named must be there, whatever is found before it is looked into.
    const named = options.configFile ?? env.TELEPORT_CONFIG_FILE;
    if (named) await noting(search, 'config', named, () => readCredentialFile(named, 'config file'));
    return await runSearch(search);
  } catch (error) {
    if (error instanceof CredentialError) error.tried = search.tried;
    throw error;
  }
}

function checkAddresses(addresses: string[]): void {
  for (const address of addresses)
    if (parseHostPort(address) === undefined)
      throw new CredentialError('bad_parameter', `auth server ${JSON.stringify(address)} is no address`, {
        hint: 'Write host:port, for example --auth-server=proxy.example.com:443.',
      });
}

async function runSearch(search: Search): Promise<FoundCredentials> {
  const { options, env, tried } = search;
  const identityFile = options.identityFile ?? (env.TELEPORT_IDENTITY_FILE || undefined);
  if (identityFile !== undefined) return useIdentityFile(search, identityFile);
  tried.push({ source: 'identity-file', outcome: 'skipped', reason: 'none named (-i or TELEPORT_IDENTITY_FILE)' });

  const config = await noting(search, 'config', options.configFile ?? env.TELEPORT_CONFIG_FILE, () =>
    readTeleportConfig({ ...options, env, platform: search.platform }),
  );
  tried.push(describeConfig(config));
  const attempts = planAttempts(search, config);
  const failures: CredentialError[] = [];
  for (const attempt of attempts) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof CredentialError) || !isPassedOver(error) || attempts.length === 1) throw error;
      failures.push(error);
    }
  }
  throw nothingFound(failures);
}

/** Whether the search goes on after this failure: what is not there, or is somebody else's, hides nothing behind it. */
function isPassedOver(error: CredentialError): boolean {
  return error.code === 'credentials_missing_file' || error.code === 'credentials_unreadable';
}

async function useIdentityFile(search: Search, path: string): Promise<FoundCredentials> {
  const credentials = await record(search, 'identity-file', path, async () => {
    if (search.addresses.length > 0) return readIdentityFile(path, { clock: search.clock });
    throw new CredentialError(
      'bad_parameter',
      `identity file ${path} needs an address to go with it: no auth server is named`,
      {
        path,
        hint: 'Add --auth-server=HOST:PORT (an auth service or a proxy), or set TELEPORT_AUTH_SERVER.',
      },
    );
  });
  return { credentials, addresses: search.addresses, tried: search.tried };
}

function planAttempts(search: Search, config: TeleportConfig | undefined): (() => Promise<FoundCredentials>)[] {
  const profile = () => useProfile(search);
  if (config?.authServiceEnabled) {
    const local = () => useAuthHost(search, config.dataDir, config.addresses);
    return config.explicit ? [local] : [local, profile];
  }
  return search.platform === 'win32' ? [profile] : [profile, () => useAuthHost(search, DEFAULT_DATA_DIR, [])];
}

/** The folder of logins: TELEPORT_HOME, or `.tsh` in the user's home. */
export function tshHomeOf(env: Record<string, string | undefined>, homeDir = homedir()): string {
  return env.TELEPORT_HOME ? normalize(env.TELEPORT_HOME) : join(homeDir, '.tsh');
}

async function useProfile(search: Search): Promise<FoundCredentials> {
  const { env, options, addresses } = search;
  const home = tshHomeOf(env, options.homeDir);
  const first = addresses[0];
  const profile = first === undefined ? undefined : parseHostPort(first)?.host;
  const credentials = await record(search, 'profile', home, () => readProfile(home, { profile, clock: search.clock }));
  if (addresses.length > 0) return { credentials, addresses, tried: search.tried };
  if (credentials.proxyAddress === undefined)
    throw new CredentialError('credentials_corrupt', `tsh profile ${credentials.source.path} names no proxy address`, {
      path: credentials.source.path,
      hint: 'Run `tctl login --proxy=HOST:PORT`, or give --auth-server=HOST:PORT.',
    });
  return { credentials, addresses: [credentials.proxyAddress], tried: search.tried };
}

async function useAuthHost(search: Search, dataDir: string, configured: string[]): Promise<FoundCredentials> {
  const credentials = await record(search, 'auth-host', dataDir, () => readAuthHost(dataDir, { clock: search.clock }));
  const addresses = [search.addresses, configured, ['127.0.0.1:3025']].find((list) => list.length > 0) as string[];
  return { credentials, addresses, tried: search.tried };
}

/** Runs a reader and notes its outcome among the tried sources. */
async function record(
  search: Search,
  source: TriedSource['source'],
  path: string,
  read: () => Promise<Credentials>,
): Promise<Credentials> {
  const credentials = await noting(search, source, path, read);
  const until = credentials.expires === undefined ? '' : `, valid until ${credentials.expires.toISOString()}`;
  const reason = `${credentials.username} of cluster ${credentials.clusterName}${until}`;
  search.tried.push({ source, path: credentials.source.path, outcome: 'used', reason });
  return credentials;
}

/** Notes what fails among the tried sources. */
async function noting<T>(
  search: Search,
  source: TriedSource['source'],
  path: string | undefined,
  read: () => Promise<T>,
): Promise<T> {
  try {
    return await read();
  } catch (error) {
    const mayBeMissing = source === 'profile' || source === 'auth-host';
    const skipped = mayBeMissing && error instanceof CredentialError && isPassedOver(error);
    const reason = error instanceof Error ? error.message : String(error);
    search.tried.push({ source, ...(path && { path }), outcome: skipped ? 'skipped' : 'failed', reason });
    throw error;
  }
}

function describeConfig(config: TeleportConfig | undefined): TriedSource {
  if (config === undefined) return { source: 'config', outcome: 'skipped', reason: 'no config file in force' };
  if (config.unreadable !== undefined)
    return { source: 'config', path: config.path, outcome: 'skipped', reason: config.unreadable };
  const reason = config.authServiceEnabled
    ? `makes this machine an auth host with data folder ${config.dataDir}`
    : 'its auth_service is not enabled';
  return { source: 'config', path: config.path, outcome: config.authServiceEnabled ? 'used' : 'skipped', reason };
}

function nothingFound(failures: CredentialError[]): CredentialError {
  return new CredentialError(
    'credentials_not_found',
    `no credentials found: ${failures.map((failure) => failure.message).join('; ')}`,
    {
      cause: failures[0],
      hint:
        'Run `tctl login --proxy=HOST:PORT` (or `tsh login`), or give an identity file with `-i FILE --auth-server=HOST:PORT`, ' +
        'or run on the auth host, or try an embedded cluster with `tctl dev`.',
    },
  );
}
