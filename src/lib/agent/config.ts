import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';

import { DocumentError, type FieldProblem, parseDocuments, type ResourceDocument } from '../resources/index.js';
import { CodedError } from '../util/coded-error.js';
import { systemErrorCode } from '../util/system-error.js';
import { type ReadMap, readFields } from './config-reader.js';
import { findProblems } from './config-rules.js';
import { CONFIG } from './config-schema.js';
import { readV1 } from './config-v1.js';
import { type DestinationConfig, directory } from './destination-config.js';
import { toDestination, toService } from './service-codec.js';
import type { Lifetime, Service } from './service-config.js';

export interface Onboarding {
  /** The token itself, or an absolute path of a file that holds it. */
  token?: string;
  caPath?: string;
  caPins: string[];
  joinMethod?: string;
  boundKeypair: { registrationSecret?: string; registrationSecretPath?: string; staticPrivateKeyPath?: string };
}

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

/** Reads a configuration file. @throws DocumentError with all problems and their lines; CodedError `config_unreadable` */
export async function readConfigFile(path: string, options: ReadOptions = {}): Promise<BotConfig> {
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

/**
 * Reads the text of a configuration of version 2, or of version 1, which is turned into one of version 2.
 * @param file what it is called in errors
 * @throws DocumentError with all problems and their lines
 */
export async function parseConfig(text: string, file: string, options: ReadOptions = {}): Promise<BotConfig> {
  const { lenient = false, onlyV1 = false, warn = () => undefined } = options;
  const document = await onlyDocument(text, file);
  const version = versionOf(document.value);
  if (onlyV1 && version === 'v2') throw new CodedError('config_invalid', `${file} is no configuration of version 1`);
  const { value, problems, unknownKeys } =
    version === 'v1' ? readV1(document.value) : readFields(document.value, CONFIG);
  const wrong = lenient ? problems : [...problems, ...unknownKeys];
  if (wrong.length > 0) throw located(wrong, document);
  if (lenient) for (const line of describe(unknownKeys, document)) warn(line);
  if (version === 'v1' && !onlyV1) warn(`${file} is of version 1; "tbot migrate" writes it as version 2`);
  if (value.certificate_ttl !== undefined) warn('certificate_ttl is the old name of credential_ttl');
  const config = toConfig(value);
  const broken = findProblems(config, value);
  if (broken.length > 0) throw located(version === 'v1' ? broken.map(inV1) : broken, document);
  return config;
}

/** @param warn is told what is passed over or old */
export interface ReadOptions {
  /** Pass over unknown keys. */
  lenient?: boolean;
  /** Refuse a configuration of version 2. */
  onlyV1?: boolean;
  warn?: (message: string) => void;
}

/** Keys that only version 2 has: with one of them, a missing version is an oversight. */
const ONLY_V2 = ['outputs', 'services', 'proxy_server', 'credential_ttl', 'insecure'];

function versionOf(value: unknown): 'v1' | 'v2' {
  const map = (typeof value === 'object' && value !== null ? value : {}) as ReadMap;
  if (map.version === 'v1') return 'v1';
  const isOversight = ONLY_V2.some((key) => Object.hasOwn(map, key)) || (map.storage as ReadMap | undefined)?.type;
  return map.version === undefined && !isOversight ? 'v1' : 'v2';
}

/** Each problem with its place, as one line. */
function describe(problems: readonly FieldProblem[], document: ResourceDocument): string[] {
  return problems.map((problem) => located([problem], document).message);
}

/** What stands among the outputs of version 2 stood among the destinations. */
function inV1(problem: FieldProblem): FieldProblem {
  const [list, index] = problem.path;
  return list === 'outputs' && typeof index === 'number' ? { ...problem, path: ['destinations', index] } : problem;
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
  const inOrder = places.sort((a, b) => a.line - b.line || a.column - b.column);
  return new DocumentError('document_invalid', inOrder);
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
