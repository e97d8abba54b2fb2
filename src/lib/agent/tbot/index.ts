import type { Command } from '../command.js';

/** How a command is found: its words, and where its code is. */
export interface CommandEntry {
  words: string;
  /** Other words for it. */
  aliases?: readonly string[];
  /** Run by files that outputs write, not by people. */
  isHidden?: boolean;
  load(): Promise<Command>;
}

const start = () => import('./start.js');
const configure = () => import('./configure.js');

/** All commands, in the order of the help. */
export const COMMANDS: readonly CommandEntry[] = [
  { words: 'start', aliases: ['start legacy'], load: async () => (await start()).startLegacy },
  {
    words: 'start identity',
    aliases: ['start ssh', 'start id'],
    load: async () => (await start()).startIdentity,
  },
  { words: 'configure', aliases: ['configure legacy'], load: async () => (await configure()).configureLegacy },
  {
    words: 'configure identity',
    aliases: ['configure ssh', 'configure id'],
    load: async () => (await configure()).configureIdentity,
  },
  { words: 'wait', load: async () => (await import('./wait.js')).waitCommand },
  { words: 'init', load: async () => (await import('./init.js')).init },
  { words: 'install systemd', load: async () => (await import('./install-systemd.js')).installSystemd },
  { words: 'keypair create', load: async () => (await import('./keypair-create.js')).keypairCreate },
  {
    words: 'kube credentials',
    isHidden: true,
    load: async () => (await import('./kube-credentials.js')).kubeCredentials,
  },
  {
    words: 'ssh-proxy-command',
    isHidden: true,
    load: async () => (await import('./ssh-proxy-command.js')).sshProxyCommand,
  },
  { words: 'version', load: async () => (await import('./version.js')).version },
];

/** Commands of the real tool that this one does not have. */
export const FOREIGN_COMMANDS: readonly string[] = [
  'copy-binaries',
  'db',
  'migrate',
  'proxy',
  'spiffe-inspect',
  'ssh-multiplexer-proxy-command',
  'tpm',
];
