import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';

import { DocumentError, type FieldProblem, parseDocuments, type ResourceDocument } from '../resources/index.js';
import { CodedError } from '../util/coded-error.js';
import { systemErrorCode } from '../util/system-error.js';
import { type ReadMap, readFields } from './config-reader.js';
import { findProblems } from './config-rules.js';
import { CONFIG } from './config-schema.js';
import type { SymlinkMode } from './destinations/directory.js';

export interface Onboarding {
  /** The token itself, or an absolute path of a file that holds it. */
  token?: string;
  caPath?: string;
  caPins: string[];
  joinMethod?: string;
  boundKeypair: { registrationSecret?: string; registrationSecretPath?: string; staticPrivateKeyPath?: string };
}

export type DestinationConfig =
  | {
      type: 'directory';
      path: string;
      symlinks: SymlinkMode;
      acls: 'off' | 'try' | 'required';
      readers: { user?: string; group?: string }[];
    }
  | { type: 'memory' };

/** How long certificates are asked for, and how often they are renewed. */
export interface Lifetime {
  ttlMs: number;
  intervalMs: number;
}

interface OutputBase {
  name?: string;
  destination: DestinationConfig;
  /** Empty: all that the bot may take on. */
  roles: string[];
  /** The global one if absent. */
  lifetime?: Lifetime;
  /** Command that is run after each renewal. */
  onRenew: string[];
}

export interface IdentityOutput extends OutputBase {
  type: 'identity';
  cluster?: string;
  sshConfig: 'on' | 'off';
  allowReissue: boolean;
}

/** A certificate for the SSH server of a host. */
export interface SshHostOutput extends OutputBase {
  type: 'ssh_host';
  /** Names of the host. */
  principals: string[];
}

export type Service = IdentityOutput | SshHostOutput;

/** A version 2 configuration with its defaults (tbot §2). */
export interface BotConfig {
  onboarding: Onboarding;
  storage: DestinationConfig;
  services: Service[];
  debug: boolean;
  authServer?: string;
  proxyServer?: string;
  lifetime: Lifetime;
  oneshot: boolean;
  fips: boolean;
  diagAddr?: string;
  insecure: boolean;
}

const HOUR_MS = 3_600_000;
export const DEFAULT_STORAGE = '/var/lib/teleport/bot';
export const DEFAULT_LIFETIME: Lifetime = { ttlMs: HOUR_MS, intervalMs: HOUR_MS / 3 };

/** The configuration of flags alone. */
export function emptyConfig(): BotConfig {
  return {
    onboarding: { caPins: [], boundKeypair: {} },
    storage: directory(DEFAULT_STORAGE),
    services: [],
    debug: false,
    lifetime: DEFAULT_LIFETIME,
    oneshot: false,
    fips: false,
    insecure: false,
  };
}

export function directory(path: string): DestinationConfig & { type: 'directory' } {
  return { type: 'directory', path, symlinks: 'try-secure', acls: 'try', readers: [] };
}

/** Reads a configuration file. @throws DocumentError with all problems and their lines; CodedError `config_unreadable` */
export async function readConfigFile(path: string, options: { lenient?: boolean } = {}): Promise<BotConfig> {
  let text: string;
  try {
    text = await readFile(resolve(path), 'utf8');
  } catch (cause) {
    const reason =
      systemErrorCode(cause) === 'ENOENT' ? 'does not exist' : `cannot be read (${systemErrorCode(cause)})`;
    throw new CodedError('config_unreadable', `the configuration file ${path} ${reason}`, { cause });
  }
  return parseConfig(text, path, options);
}

/** Reads the text of a configuration. @param file what it is called in errors */
export async function parseConfig(text: string, file: string, { lenient = false } = {}): Promise<BotConfig> {
  const document = await onlyDocument(text, file);
  const { value, problems } = readFields(document.value, CONFIG, { lenient });
  if (problems.length > 0) throw located(problems, document);
  const config = toConfig(value);
  const broken = findProblems(config, value);
  if (broken.length > 0) throw located(broken, document);
  return config;
}

async function onlyDocument(text: string, file: string): Promise<ResourceDocument> {
  if (text.trim() === '') throw new CodedError('config_invalid', `${file} is empty`);
  const [document, another] = await parseDocuments(text, file);
  if (document === undefined || another !== undefined)
    throw new CodedError('config_invalid', `${file} must hold one YAML document`);
  return document;
}

function located(problems: readonly FieldProblem[], document: ResourceDocument): DocumentError {
  const places = problems.map((problem) => ({
    ...problem,
    file: document.file,
    document: 1,
    ...document.positionOf(problem.path, problem.at),
  }));
  return new DocumentError('document_invalid', places);
}

function toConfig(map: ReadMap): BotConfig {
  const base = emptyConfig();
  const { auth_server, proxy_server, diag_addr } = map as Record<string, string | undefined>;
  const ttlMs = (map.credential_ttl ?? map.certificate_ttl ?? base.lifetime.ttlMs) as number;
  return {
    onboarding: toOnboarding((map.onboarding ?? {}) as ReadMap),
    storage: map.storage === undefined ? base.storage : toDestination(map.storage as ReadMap),
    services: [...((map.services ?? []) as ReadMap[]), ...((map.outputs ?? []) as ReadMap[])].map(toService),
    debug: map.debug === true,
    ...(auth_server ? { authServer: auth_server } : {}),
    ...(proxy_server ? { proxyServer: proxy_server } : {}),
    lifetime: { ttlMs, intervalMs: (map.renewal_interval ?? base.lifetime.intervalMs) as number },
    oneshot: map.oneshot === true,
    fips: map.fips === true,
    ...(diag_addr ? { diagAddr: diag_addr } : {}),
    insecure: map.insecure === true,
  };
}

function toOnboarding(map: ReadMap): Onboarding {
  const { token, ca_path, join_method } = map as Record<string, string | undefined>;
  const keypair = (map.bound_keypair ?? {}) as Record<string, string | undefined>;
  const { registration_secret, registration_secret_path, static_private_key_path } = keypair;
  return {
    ...(token ? { token } : {}),
    ...(ca_path ? { caPath: ca_path } : {}),
    caPins: (map.ca_pins ?? []) as string[],
    ...(join_method ? { joinMethod: join_method } : {}),
    boundKeypair: {
      ...(registration_secret ? { registrationSecret: registration_secret } : {}),
      ...(registration_secret_path ? { registrationSecretPath: registration_secret_path } : {}),
      ...(static_private_key_path ? { staticPrivateKeyPath: static_private_key_path } : {}),
    },
  };
}

function toDestination(map: ReadMap): DestinationConfig {
  if (map.type === 'memory') return { type: 'memory' };
  return { ...directory(map.path as string), ...(map as object) } as DestinationConfig;
}

function toService(map: ReadMap): Service {
  const { credential_ttl: ttlMs, renewal_interval: intervalMs } = map as Record<string, number | undefined>;
  const lifetime = ttlMs === undefined || intervalMs === undefined ? undefined : { ttlMs, intervalMs };
  const base: OutputBase = {
    ...(map.name === undefined ? {} : { name: map.name as string }),
    destination: toDestination(map.destination as ReadMap),
    roles: (map.roles ?? []) as string[],
    ...(lifetime === undefined ? {} : { lifetime }),
    onRenew: (map.on_renew ?? []) as string[],
  };
  if (map.type === 'ssh_host') return { type: 'ssh_host', ...base, principals: map.principals as string[] };
  return {
    type: 'identity',
    ...base,
    ...(map.cluster ? { cluster: map.cluster as string } : {}),
    sshConfig: (map.ssh_config ?? 'on') as 'on' | 'off',
    allowReissue: map.allow_reissue === true,
  };
}
