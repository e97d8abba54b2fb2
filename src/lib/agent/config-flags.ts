import { CodedError } from '../util/coded-error.js';
import { parseGoDuration } from '../util/duration.js';
import { type FlagValues, UsageError } from './command-line.js';
import { type BotConfig, emptyConfig, parseConfig, readConfigFile } from './config.js';
import { type DestinationConfig, parseDestination } from './destination-config.js';
import type { Logger } from './logs.js';

/** Loads the configuration that the command line names, or an empty one. */
export async function loadConfig(flags: FlagValues): Promise<BotConfig> {
  const path = flags.text('config');
  const inline = flags.text('config-string');
  const lenient = flags.bool('lenient') === true;
  if (path !== undefined && inline !== undefined)
    throw new UsageError(
      '--config and --config-string exclude each other',
      'TBOT_CONFIG_PATH and TBOT_CONFIG count, too.',
    );
  if (inline !== undefined)
    return parseConfig(Buffer.from(inline, 'base64').toString('utf8'), '--config-string', { lenient });
  return path === undefined ? emptyConfig() : readConfigFile(path, { lenient });
}

/** Lays the flags over a configuration; each value that changes one of the file is logged (tbot §1.3). */
export function applyFlags(config: BotConfig, flags: FlagValues, log: Logger, kind: 'legacy' | 'identity'): BotConfig {
  const override = <T>(flag: string, before: T | undefined, value: T | undefined): T | undefined => {
    if (value === undefined) return before;
    if (before !== undefined && before !== value) log.warn('a flag replaces a value of the configuration', { flag });
    return value;
  };
  const authServer = override('auth-server', config.authServer, flags.text('auth-server'));
  const proxyServer = override('proxy-server', config.proxyServer, flags.text('proxy-server'));
  const diagAddr = override('diag-addr', config.diagAddr, flags.text('diag-addr'));
  const storage = flags.text(kind === 'legacy' ? 'data-dir' : 'storage');
  return {
    ...config,
    onboarding: applyOnboarding(config, flags, log),
    storage: storage === undefined ? config.storage : parseDestination(storage),
    services: applyServices(config, flags, log, kind),
    debug: flags.bool('debug') ?? config.debug,
    fips: flags.bool('fips') ?? config.fips,
    insecure: flags.bool('insecure') ?? config.insecure,
    oneshot: flags.bool('oneshot') ?? config.oneshot,
    lifetime: {
      ttlMs: durationFlag(flags, 'certificate-ttl') ?? config.lifetime.ttlMs,
      intervalMs: durationFlag(flags, 'renewal-interval') ?? config.lifetime.intervalMs,
    },
    ...(authServer === undefined ? {} : { authServer }),
    ...(proxyServer === undefined ? {} : { proxyServer }),
    ...(diagAddr === undefined ? {} : { diagAddr }),
  };
}

/** Any of these three replaces the whole section. */
function applyOnboarding({ onboarding }: BotConfig, flags: FlagValues, log: Logger): BotConfig['onboarding'] {
  const token = flags.text('token');
  const joinMethod = flags.text('join-method');
  const caPins = flags.texts('ca-pin');
  if (token === undefined && joinMethod === undefined && caPins.length === 0) return onboarding;
  if (onboarding.token !== undefined || onboarding.joinMethod !== undefined)
    log.warn('token, join method and CA pins of flags and variables replace the section "onboarding"');
  return {
    caPins,
    boundKeypair: {},
    ...(token === undefined ? {} : { token }),
    ...(joinMethod === undefined ? {} : { joinMethod }),
  };
}

function applyServices(config: BotConfig, flags: FlagValues, log: Logger, kind: 'legacy' | 'identity') {
  if (kind === 'legacy') {
    const to = flags.text('destination-dir');
    if (to === undefined) return config.services;
    if (config.services.length > 0) log.warn('--destination-dir replaces the outputs of the configuration');
    return [identityService(parseDestination(to))];
  }
  const cluster = flags.text('cluster');
  const output = identityService(withReaders(parseDestination(flags.required('destination')), flags));
  const allowReissue = flags.bool('allow-reissue') === true;
  return [...config.services, { ...output, allowReissue, ...(cluster === undefined ? {} : { cluster }) }];
}

function identityService(destination: DestinationConfig) {
  return {
    type: 'identity' as const,
    destination,
    roles: [],
    onRenew: [],
    sshConfig: 'on' as const,
    allowReissue: false,
  };
}

function withReaders(destination: DestinationConfig, flags: FlagValues): DestinationConfig {
  const readers = [
    ...flags.texts('reader-user').map((user) => ({ user })),
    ...flags.texts('reader-group').map((group) => ({ group })),
  ];
  if (readers.length === 0) return destination;
  if (destination.type !== 'directory') throw new UsageError('--reader-user and --reader-group need a folder');
  return { ...destination, readers };
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
