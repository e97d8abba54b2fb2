import type { Flags } from './command-line.js';
import { JOIN_METHODS } from './config-schema.js';

/** Flags of every command. */
export const GLOBAL_FLAGS: Flags = {
  config: {
    type: 'string',
    value: 'FILE',
    short: 'c',
    env: 'TBOT_CONFIG_PATH',
    help: 'Path of the configuration file',
  },
  'config-string': { type: 'string', value: 'BASE64', env: 'TBOT_CONFIG', help: 'The configuration itself, base64' },
  debug: { type: 'boolean', short: 'd', help: 'Log more (variable TBOT_DEBUG)' },
  fips: { type: 'boolean', help: 'Refused: this is no FIPS build' },
  insecure: { type: 'boolean', help: 'Trust any server at the first contact' },
  lenient: { type: 'boolean', help: 'Only warn of unknown keys in the configuration' },
  'log-format': { type: 'string', value: 'FORMAT', oneOf: ['text', 'json'], help: 'Form of the log lines' },
  help: { type: 'boolean', short: 'h', help: 'Show help' },
};

/** Flags of `start` and `configure`, whatever follows. */
const SHARED_FLAGS: Flags = {
  'auth-server': {
    type: 'string',
    value: 'HOST:PORT',
    short: 'a',
    env: 'TELEPORT_AUTH_SERVER',
    help: 'Address of the auth service',
  },
  'proxy-server': { type: 'string', value: 'HOST:PORT', env: 'TELEPORT_PROXY', help: 'Address of the proxy' },
  token: { type: 'string', env: 'TELEPORT_BOT_TOKEN', help: 'Token to join with, or absolute path of its file' },
  'ca-pin': { type: 'string', value: 'PIN', multiple: true, help: 'CA pin of the cluster, for --auth-server' },
  'join-method': { type: 'string', oneOf: JOIN_METHODS, help: 'How to join' },
  'join-uri': {
    type: 'string',
    value: 'URI',
    help: 'Address, join method and token in one: tbot+proxy+METHOD://TOKEN@HOST:PORT',
  },
  'registration-secret': {
    type: 'string',
    value: 'SECRET',
    help: 'Registration secret of a bound_keypair token (variable TBOT_REGISTRATION_SECRET)',
  },
  'registration-secret-path': { type: 'string', value: 'FILE', help: 'File that holds the registration secret' },
  'static-key-path': { type: 'string', value: 'FILE', help: 'Private key of a bound_keypair token that never changes' },
  'certificate-ttl': { type: 'string', value: 'DURATION', help: 'Lifetime of certificates, such as 1h' },
  'renewal-interval': { type: 'string', value: 'DURATION', help: 'Time between renewals, such as 20m' },
  oneshot: { type: 'boolean', help: 'Write the outputs once and end' },
  'diag-addr': { type: 'string', value: 'HOST:PORT', help: 'Address of the diagnostics' },
};

export const LEGACY_FLAGS: Flags = {
  ...SHARED_FLAGS,
  'data-dir': { type: 'string', value: 'PLACE', help: 'Where the bot keeps its own identity' },
  'destination-dir': {
    type: 'string',
    value: 'DIR',
    help: 'Folder of one identity output, in place of those of the configuration',
  },
};

/** Flags of `start` and `configure` with an output. */
export const OUTPUT_FLAGS: Flags = {
  ...SHARED_FLAGS,
  storage: { type: 'string', value: 'PLACE', help: 'Where the bot keeps its own identity' },
};

/** Flags of `start` alone. */
export const RUN_FLAGS: Flags = {
  'oneshot-timeout': {
    type: 'string',
    value: 'DURATION',
    help: 'How long a one-shot run tries again after failures, such as 5m',
  },
  format: { type: 'string', oneOf: ['text', 'json'], help: 'With json a one-shot run prints a summary' },
};
