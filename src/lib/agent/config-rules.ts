import { resolve } from 'node:path';

import type { FieldPath, FieldProblem } from '../resources/index.js';
import { CodedError } from '../util/coded-error.js';
import { parseHostPort } from '../util/host-port.js';
import type { BotConfig } from './config.js';
import type { ReadMap } from './config-reader.js';
import type { Lifetime } from './service-config.js';

/** Of parts that are no services (tbot §12). */
const OWN_NAMES = ['identity', 'heartbeat', 'ca-rotation'];
const DAY_MS = 86_400_000;
const LONGEST_TTL_MS = 7 * DAY_MS;

/** What is wrong with a configuration beyond single values (tbot §2.1), by its place in the file. */
export function findProblems(config: BotConfig, file: ReadMap): FieldProblem[] {
  return [
    ...trustProblems(config),
    ...secretProblems(config),
    ...globalLifetime(config),
    ...sharedFolders(config, file),
    ...sharedNames(config, file),
    ...(['services', 'outputs'] as const).flatMap((list) =>
      ((file[list] ?? []) as ReadMap[]).flatMap((service, index) =>
        serviceProblems(service, [list, index], config.oneshot),
      ),
    ),
  ];
}

/** The same rules for a configuration that flags have changed. @throws CodedError `config_invalid` */
export function checkStart(config: BotConfig): void {
  const { authServer, proxyServer, onboarding } = config;
  if (authServer !== undefined && proxyServer !== undefined)
    throw new CodedError('config_invalid', 'both auth_server and proxy_server are set', {
      hint: 'Keep one of them, best proxy_server.',
    });
  if (authServer === undefined && proxyServer === undefined)
    throw new CodedError('config_invalid', 'no address of a cluster is set', {
      hint: 'Set proxy_server (or auth_server) in the configuration, or give --proxy-server.',
    });
  if (onboarding.joinMethod === undefined)
    throw new CodedError('config_invalid', 'no join method is set', {
      hint: 'Set onboarding.join_method, or give --join-method.',
    });
  if (config.diagAddr !== undefined && parseHostPort(config.diagAddr)?.port === undefined)
    throw new CodedError('config_invalid', `diag_addr ${JSON.stringify(config.diagAddr)} is no address`, {
      hint: 'Write host:port, for example 127.0.0.1:3001.',
    });
  if (config.fips) throw new CodedError('config_invalid', 'fips is set, but this tbot is no FIPS build');
  const [problem] = [...trustProblems(config), ...secretProblems(config), ...globalLifetime(config)];
  if (problem !== undefined) throw new CodedError('config_invalid', problem.message);
}

/** Two writers in one folder would overwrite each other's files. */
function sharedFolders({ storage, services }: BotConfig, file: ReadMap): FieldProblem[] {
  const places = [
    { destination: storage, path: ['storage', 'path'] as FieldPath },
    ...services.map(({ destination }, index) => ({
      destination,
      path: [...servicePath(index, file), 'destination', 'path'],
    })),
  ];
  const seen = new Set<string>();
  return places.flatMap(({ destination, path }) => {
    if (destination.type !== 'directory') return [];
    const folder = resolve(destination.path);
    if (seen.has(folder))
      return [{ path, message: `the folder ${folder} is named twice: storage and outputs need one each` }];
    seen.add(folder);
    return [];
  });
}

/** Names stand in logs and in the state of the agent, each for one service. */
function sharedNames({ services }: BotConfig, file: ReadMap): FieldProblem[] {
  const names = services.map(({ name }) => name);
  return names.flatMap((name, index) =>
    name === undefined || names.indexOf(name) === index
      ? []
      : [
          {
            path: [...servicePath(index, file), 'name'],
            message: `${JSON.stringify(name)} is the name of another service`,
          },
        ],
  );
}

/** Where a service stands in the file: outputs are counted after services. */
function servicePath(index: number, file: ReadMap): FieldPath {
  const before = ((file.services ?? []) as unknown[]).length;
  return index < before ? ['services', index] : ['outputs', index - before];
}

function nameProblems({ name }: ReadMap, path: FieldPath): FieldProblem[] {
  if (name === undefined) return [];
  if (OWN_NAMES.includes(String(name)))
    return [{ path: [...path, 'name'], message: `${name} is a name of the agent's own` }];
  const isPlain = /^[A-Za-z0-9+_-]+$/.test(String(name));
  return isPlain ? [] : [{ path: [...path, 'name'], message: 'letters, digits, "-", "_" and "+" are expected' }];
}

function trustProblems({ onboarding: { caPins, caPath }, insecure }: BotConfig): FieldProblem[] {
  const path = ['onboarding'];
  const problems: FieldProblem[] = [];
  if (insecure && (caPins.length > 0 || caPath !== undefined))
    problems.push({ path, message: 'insecure excludes ca_pins and ca_path' });
  if (caPins.length > 0 && caPath !== undefined) problems.push({ path, message: 'ca_pins excludes ca_path' });
  return problems;
}

function secretProblems({ onboarding: { boundKeypair } }: BotConfig): FieldProblem[] {
  const { registrationSecret, registrationSecretPath } = boundKeypair;
  if (registrationSecret === undefined || registrationSecretPath === undefined) return [];
  const path = ['onboarding', 'bound_keypair'];
  return [{ path, message: 'registration_secret excludes registration_secret_path' }];
}

function globalLifetime({ lifetime }: BotConfig): FieldProblem[] {
  if (lifetime.ttlMs <= 0) return [{ path: ['credential_ttl'], message: 'a positive duration is expected' }];
  return lifetime.intervalMs > 0 ? [] : [{ path: ['renewal_interval'], message: 'a positive duration is expected' }];
}

/** What is doubtful about the global lifetime, but no error (tbot §2.1). */
export function lifetimeWarnings({ lifetime, oneshot }: BotConfig): string[] {
  return [
    ...(lifetime.ttlMs < lifetime.intervalMs && !oneshot
      ? ['credential_ttl is shorter than renewal_interval: certificates are renewed after half of their time']
      : []),
    ...(lifetime.ttlMs > LONGEST_TTL_MS ? ['credential_ttl is longer than 168h: the cluster will shorten it'] : []),
  ];
}

function serviceProblems(service: ReadMap, path: FieldPath, oneshot: boolean): FieldProblem[] {
  const { credential_ttl: ttlMs, renewal_interval: intervalMs } = service as Record<string, number | undefined>;
  const problems = [
    ...readerProblems(service, path),
    ...principalProblems(service, path),
    ...selectorProblems(service, path),
    ...nameProblems(service, path),
  ];
  if (ttlMs === undefined && intervalMs === undefined) return problems;
  if (ttlMs === undefined || intervalMs === undefined)
    return [...problems, { path, message: 'credential_ttl and renewal_interval must be set together' }];
  return [...problems, ...lifetimeProblems({ ttlMs, intervalMs }, path, oneshot)];
}

function lifetimeProblems({ ttlMs, intervalMs }: Lifetime, path: FieldPath, oneshot: boolean): FieldProblem[] {
  if (ttlMs <= 0 || intervalMs <= 0) return [{ path, message: 'credential_ttl and renewal_interval must be positive' }];
  if (ttlMs < intervalMs && !oneshot)
    return [{ path: [...path, 'credential_ttl'], message: 'must not be shorter than renewal_interval' }];
  return ttlMs > LONGEST_TTL_MS ? [{ path: [...path, 'credential_ttl'], message: 'must not be longer than 168h' }] : [];
}

function readerProblems(service: ReadMap, path: FieldPath): FieldProblem[] {
  const readers = ((service.destination as ReadMap | undefined)?.readers ?? []) as { user?: string; group?: string }[];
  return readers
    .map((reader, index) => ({ reader, at: [...path, 'destination', 'readers', index] }))
    .filter(({ reader }) => (reader.user === undefined) === (reader.group === undefined))
    .map(({ at }) => ({ path: at, message: 'name either a user or a group' }));
}

function principalProblems({ type, principals }: ReadMap, path: FieldPath): FieldProblem[] {
  const names = (principals ?? []) as string[];
  if (type !== 'ssh_host' || (names.length > 0 && !names.includes(''))) return [];
  return [{ path: [...path, 'principals'], message: 'name at least one host, and none by an empty text' }];
}

function selectorProblems({ type, selectors }: ReadMap, path: FieldPath): FieldProblem[] {
  if (type !== 'kubernetes/v2') return [];
  const given = selectors as ReadMap[];
  if (given.length === 0) return [{ path: [...path, 'selectors'], message: 'name at least one selector' }];
  const isOneOf = ({ name, labels }: ReadMap) => !name !== (Object.keys(labels ?? {}).length === 0);
  return given.flatMap((selector, index) =>
    isOneOf(selector) ? [] : [{ path: [...path, 'selectors', index], message: 'give either a name or labels' }],
  );
}
