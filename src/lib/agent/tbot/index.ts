import { SHELLS } from '../../util/completion.js';
import type { Command } from '../command.js';
import { OUTPUT_COMMANDS } from '../output-commands.js';

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
  ...OUTPUT_COMMANDS.map((output) => ({
    words: `start ${output.name}`,
    aliases: output.aliases.map((alias) => `start ${alias}`),
    load: async () => (await start()).startOutput(output),
  })),
  { words: 'configure', aliases: ['configure legacy'], load: async () => (await configure()).configureLegacy },
  ...OUTPUT_COMMANDS.map((output) => ({
    words: `configure ${output.name}`,
    aliases: output.aliases.map((alias) => `configure ${alias}`),
    load: async () => (await configure()).configureOutput(output),
  })),
  { words: 'migrate', load: async () => (await import('./migrate.js')).migrate },
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
  ...SHELLS.map((shell) => ({
    words: `completion ${shell}`,
    load: async () => (await import('./completion.js')).completion(shell),
  })),
  { words: 'version', load: async () => (await import('./version.js')).version },
];

/** Commands of the real tool that this one does not have. */
export const FOREIGN_COMMANDS: readonly string[] = [
  'copy-binaries',
  'db',
  'proxy',
  'spiffe-inspect',
  'ssh-multiplexer-proxy-command',
  'tpm',
];
