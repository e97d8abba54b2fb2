import { TELEPORT_VERSION } from '../../util/teleport-version.js';
import type { Command } from '../command.js';
import { GLOBAL_FLAGS } from '../flags.js';

export const version: Command = {
  summary: 'Print the version of the protocol that this tbot speaks, and that of Node',
  flags: GLOBAL_FLAGS,
  async run(_flags, { print }) {
    print(`Teleport v${TELEPORT_VERSION} git: ${process.version}\n`);
    return 0;
  },
};
