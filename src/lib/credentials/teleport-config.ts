import { existsSync } from 'node:fs';

import { formatHostPort, parseHostPort } from '../util/host-port.js';
import { CredentialError } from './credentials.js';
import { readCredentialFile } from './read-file.js';
import { mappingAt, parseYamlMapping, textAt } from './yaml-file.js';

export const DEFAULT_DATA_DIR = '/var/lib/teleport';
export const AUTH_PORT = 3025;
const PROXY_PORT = 3080;
const DEFAULT_CONFIG_FILE = '/etc/teleport.yaml';

/** What a `teleport.yaml` says that matters for reaching the auth service of this machine. */
export interface TeleportConfig {
  /** The file, or a name for a text given in the environment. */
  path: string;
  /** Whether somebody named this file, as against its lying in the default place. */
  explicit: boolean;
  /** Whether it makes this machine an auth host. A missing `auth_service` section counts as enabled (transport §1.3). */
  authServiceEnabled: boolean;
  dataDir: string;
  /** `host:port` of auth services or a proxy; empty when the file names none. */
  addresses: string[];
  /** Why a file in the default place could not be read. */
  unreadable?: string;
}

/** Where the config may come from: the values of the flags, undefined when not given, and the environment. */
export interface TeleportConfigOptions {
  configFile?: string;
  configString?: string;
  env: Record<string, string | undefined>;
  platform: string;
}

/** Reads the config file that is in force (transport §1.1), or gives undefined when there is none. */
export async function readTeleportConfig(options: TeleportConfigOptions): Promise<TeleportConfig | undefined> {
  const encoded = options.configString ?? options.env.TELEPORT_CONFIG;
  if (encoded) {
    const path = options.configString === undefined ? '(TELEPORT_CONFIG)' : '(--config-string)';
    return interpretConfig(
      await parseYamlMapping(Buffer.from(encoded, 'base64').toString('utf8'), path, 'config'),
      path,
      true,
    );
  }
  const named = options.configFile ?? options.env.TELEPORT_CONFIG_FILE;
  if (named === '') return undefined; // set but empty: no file
  if (named === undefined && (options.platform === 'win32' || !existsSync(DEFAULT_CONFIG_FILE))) return undefined;
  const path = named ?? DEFAULT_CONFIG_FILE;
  try {
    const text = await readCredentialFile(path, 'config file');
    return interpretConfig(await parseYamlMapping(text, path, 'config file'), path, named !== undefined);
  } catch (error) {
    if (named !== undefined || !(error instanceof CredentialError) || error.code !== 'credentials_unreadable')
      throw error;
    const nothing = { explicit: false, authServiceEnabled: false, dataDir: DEFAULT_DATA_DIR, addresses: [] };
    return { path, ...nothing, unreadable: error.message };
  }
}

function interpretConfig(config: Record<string, unknown>, path: string, explicit: boolean): TeleportConfig {
  const teleport = mappingAt(config, 'teleport');
  const auth = mappingAt(config, 'auth_service');
  const enabled = textAt(auth, 'enabled');
  const listen = textAt(auth, 'listen_addr');
  const servers = Array.isArray(teleport.auth_servers)
    ? teleport.auth_servers.filter((one) => typeof one === 'string')
    : [];
  const addresses = [
    ...servers.map((one) => withPort(one, AUTH_PORT, path)),
    ...optional(textAt(teleport, 'auth_server')).map((one) => withPort(one, AUTH_PORT, path)),
    ...optional(textAt(teleport, 'proxy_server')).map((one) => withPort(one, PROXY_PORT, path)),
  ];
  if (addresses.length === 0) addresses.push(...optional(listen).map((one) => withPort(one, AUTH_PORT, path)));
  return {
    path,
    explicit,
    authServiceEnabled: enabled === undefined || /^(yes|yeah|y|true|1|on)$/i.test(enabled),
    dataDir: textAt(teleport, 'data_dir') ?? DEFAULT_DATA_DIR,
    addresses,
  };
}

function optional(text: string | undefined): string[] {
  return text === undefined ? [] : [text];
}

function withPort(address: string, port: number, path: string): string {
  const parsed = parseHostPort(address);
  if (parsed === undefined)
    throw new CredentialError('config_invalid', `config file ${path}: ${JSON.stringify(address)} is no address`, {
      path,
      hint: 'Write host:port.',
    });
  return formatHostPort(parsed.host, parsed.port ?? port);
}
