import { resolve } from 'node:path';

import { CodedError } from '../util/coded-error.js';
import { parseGoDuration } from '../util/duration.js';
import { type FlagValues, UsageError } from './command-line.js';
import {
  type BotConfig,
  DEFAULT_LIFETIME,
  DEFAULT_STORAGE,
  emptyConfig,
  parseConfig,
  readConfigFile,
} from './config.js';
import { type DestinationConfig, parseDestination } from './destination-config.js';
import { LEGACY_FLAGS } from './flags.js';
import { type JoinUri, parseJoinUri } from './join-uri.js';
import type { Logger } from './logs.js';
import { identityOutput, type OutputCommand } from './output-commands.js';
import type { Service } from './service-config.js';

/** Loads the configuration that the command line names, or an empty one. @param onlyV1 refuse one of version 2 */
export async function loadConfig(flags: FlagValues, log: Logger, { onlyV1 = false } = {}): Promise<BotConfig> {
  const path = flags.text('config');
  const inline = flags.text('config-string');
  const options = { onlyV1, lenient: flags.bool('lenient') === true, warn: (message: string) => log.warn(message) };
  if (path !== undefined && inline !== undefined)
    throw new UsageError(
      '--config and --config-string exclude each other',
      'TBOT_CONFIG_PATH and TBOT_CONFIG count, too.',
    );
  if (inline !== undefined)
    return parseConfig(Buffer.from(inline, 'base64').toString('utf8'), '--config-string', options);
  return path === undefined ? emptyConfig() : readConfigFile(path, options);
}

/**
 * Lays the flags over a configuration; each value that changes one of the file is logged (tbot §1.3).
 * @param output the one that flags describe; it is added to those of the configuration
 */
export function applyFlags(config: BotConfig, flags: FlagValues, log: Logger, output?: OutputCommand): BotConfig {
  const override = <T>(flag: string, before: T, value: T | undefined, isDefault = false): T => {
    if (value === undefined) return before;
    if (!isDefault && before !== undefined && shown(before) !== shown(value))
      log.warn('a flag or variable replaces a value of the configuration', {
        flag,
        config_value: shown(before),
        cli_value: shown(value),
      });
    return value;
  };
  const uri = flags.text('join-uri');
  const join = uri === undefined ? undefined : parseJoinUri(uri);
  const { authServer, proxyServer } = givenAddresses(config, flags, log, join);
  const storageFlag = output === undefined ? 'data-dir' : 'storage';
  const storage = flags.text(storageFlag);
  const { ttlMs, intervalMs } = config.lifetime;
  const lifetime = {
    ttlMs: override('certificate-ttl', ttlMs, durationFlag(flags, 'certificate-ttl'), ttlMs === DEFAULT_LIFETIME.ttlMs),
    intervalMs: override(
      'renewal-interval',
      intervalMs,
      durationFlag(flags, 'renewal-interval'),
      intervalMs === DEFAULT_LIFETIME.intervalMs,
    ),
  };
  return withoutUndefined({
    ...config,
    onboarding: applyOnboarding(config, flags, log, join),
    storage: override(
      storageFlag,
      config.storage,
      storage === undefined ? undefined : parseDestination(storage),
      shown(config.storage) === DEFAULT_STORAGE,
    ),
    services: applyServices(config, flags, log, output),
    debug: override('debug', config.debug, flags.bool('debug'), !config.debug),
    fips: override('fips', config.fips, flags.bool('fips'), !config.fips),
    insecure: override('insecure', config.insecure, flags.bool('insecure'), !config.insecure),
    oneshot: override('oneshot', config.oneshot, flags.bool('oneshot'), !config.oneshot),
    lifetime,
    authServer: override('auth-server', config.authServer, authServer),
    proxyServer: override('proxy-server', config.proxyServer, proxyServer),
    diagAddr: override('diag-addr', config.diagAddr, flags.text('diag-addr')),
  });
}

/**
 * The addresses of flags, variables and join URI. A variable does not count where a flag, the join URI or the configuration
 * names the other address: TELEPORT_AUTH_SERVER is often set for tctl, which shares it (tbot §10b.4 has the real tool fail).
 */
function givenAddresses(
  config: BotConfig,
  flags: FlagValues,
  log: Logger,
  join: JoinUri | undefined,
): { authServer: string | undefined; proxyServer: string | undefined } {
  const given = (flag: string, kind: 'auth' | 'proxy', other: string, configured: string | undefined) => {
    const ofUri = join?.address.kind === kind ? join.address.address : undefined;
    const text = flags.text(flag);
    if (text === undefined || flags.isTyped(flag)) return text ?? ofUri;
    if (!flags.isTyped(other) && join === undefined && configured === undefined) return text;
    log.warn('a variable is passed over: another address is set', {
      variable: LEGACY_FLAGS[flag]?.env,
      value: text,
    });
    return ofUri;
  };
  return {
    authServer: given('auth-server', 'auth', 'proxy-server', config.proxyServer),
    proxyServer: given('proxy-server', 'proxy', 'auth-server', config.authServer),
  };
}

function shown(value: unknown): string {
  const destination = value as Partial<DestinationConfig & { path: string }> | null;
  if (typeof destination === 'object' && destination?.type !== undefined)
    return destination.path === undefined ? `${destination.type}://` : resolve(destination.path);
  return String(value);
}

function withoutUndefined(config: { [K in keyof BotConfig]: BotConfig[K] | undefined }): BotConfig {
  return Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined)) as unknown as BotConfig;
}

/** Each key by itself: where the real tool drops all the others, and so the join method (tbot §10b.3), they stay. */
function applyOnboarding(
  { onboarding }: BotConfig,
  flags: FlagValues,
  log: Logger,
  uri: JoinUri | undefined,
): BotConfig['onboarding'] {
  const token = flags.text('token') ?? uri?.token;
  const joinMethod = flags.text('join-method') ?? uri?.joinMethod;
  const caPins = flags.texts('ca-pin');
  if (onboarding.token !== undefined && token !== undefined && token !== onboarding.token)
    log.warn('a flag or variable replaces the token of the configuration');
  return {
    ...onboarding,
    ...(token === undefined ? {} : { token }),
    ...(joinMethod === undefined ? {} : { joinMethod }),
    ...(caPins.length === 0 ? {} : { caPins }),
    boundKeypair: { ...onboarding.boundKeypair, ...boundKeypairFlags(flags, uri) },
  };
}

/** A secret of a variable counts last, where the joining looks for it (tbot §9). */
function boundKeypairFlags(flags: FlagValues, uri: JoinUri | undefined): BotConfig['onboarding']['boundKeypair'] {
  const secret = flags.text('registration-secret') ?? uri?.parameter;
  const path = flags.text('registration-secret-path');
  const staticKey = flags.text('static-key-path');
  return {
    ...(secret === undefined ? {} : { registrationSecret: secret }),
    ...(path === undefined ? {} : { registrationSecretPath: path }),
    ...(staticKey === undefined ? {} : { staticPrivateKeyPath: staticKey }),
  };
}

function applyServices(
  config: BotConfig,
  flags: FlagValues,
  log: Logger,
  output: OutputCommand | undefined,
): Service[] {
  if (output !== undefined) return [...config.services, output.toService(flags)];
  const to = flags.text('destination-dir');
  if (to === undefined) return config.services;
  if (config.services.length > 0) log.warn('--destination-dir replaces the outputs of the configuration');
  return [identityOutput(parseDestination(to))];
}

/** Milliseconds of a flag. @throws UsageError */
export function durationFlag(flags: FlagValues, name: string): number | undefined {
  const text = flags.text(name);
  if (text === undefined) return undefined;
  try {
    return Number(parseGoDuration(text)) / 1e6;
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    throw new UsageError(`--${name}: ${error.message}`, error.hint);
  }
}
