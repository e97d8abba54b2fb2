import type { Command } from '../command.js';

/** How a command is found: its words, and where its code is. */
export interface CommandEntry {
  words: readonly string[];
  load(): Promise<Command>;
}

const start = () => import('./start.js');
const legacyStart = async () => (await start()).startLegacy;
const identityStart = async () => (await start()).startIdentity;
const configure = () => import('./configure.js');
const legacyConfigure = async () => (await configure()).configureLegacy;
const identityConfigure = async () => (await configure()).configureIdentity;

/** All commands; the longest words that fit win. */
export const COMMANDS: readonly CommandEntry[] = [
  { words: ['start'], load: legacyStart },
  { words: ['start', 'legacy'], load: legacyStart },
  ...['identity', 'ssh', 'id'].map((name) => ({ words: ['start', name], load: identityStart })),
  { words: ['configure'], load: legacyConfigure },
  { words: ['configure', 'legacy'], load: legacyConfigure },
  ...['identity', 'ssh', 'id'].map((name) => ({ words: ['configure', name], load: identityConfigure })),
  { words: ['install', 'systemd'], load: async () => (await import('./install-systemd.js')).installSystemd },
  { words: ['keypair', 'create'], load: async () => (await import('./keypair-create.js')).keypairCreate },
  { words: ['version'], load: async () => (await import('./version.js')).version },
];

/** Commands of the real tool that this one does not have. */
export const FOREIGN_COMMANDS: readonly string[] = [
  'copy-binaries',
  'db',
  'init',
  'kube',
  'migrate',
  'proxy',
  'spiffe-inspect',
  'ssh-multiplexer-proxy-command',
  'ssh-proxy-command',
  'tpm',
  'wait',
];
