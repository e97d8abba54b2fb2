import { PRODUCT_VERSION } from '../../util/product-version.js';
import type { Command } from '../command.js';
import { GLOBAL_FLAGS } from '../flags.js';

export const version: Command = {
  summary: 'Print the version of this tbot, and that of Node',
  flags: GLOBAL_FLAGS,
  async run(_flags, { print }) {
    print(`tbot v${PRODUCT_VERSION} git: node${process.versions.node}\n`);
    return 0;
  },
};
