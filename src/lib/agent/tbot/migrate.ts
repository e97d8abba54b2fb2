import { resolve } from 'node:path';

import type { Command } from '../command.js';
import { UsageError } from '../command-line.js';
import { loadConfig } from '../config-flags.js';
import { configText, writeConfig } from '../config-text.js';
import { GLOBAL_FLAGS } from '../flags.js';

export const migrate: Command = {
  summary: 'Write a configuration of version 1 as one of version 2',
  details: ['The agent itself reads version 1, too; it says so at each start. The file that is read stays as it is.'],
  examples: [
    { does: 'Write the new file beside the old one', line: 'tbot migrate -c /etc/tbot.yaml -o /etc/tbot-v2.yaml' },
  ],
  flags: {
    ...GLOBAL_FLAGS,
    output: { type: 'string', value: 'FILE', short: 'o', help: 'File to write; without, the configuration is printed' },
  },
  async run(flags, { print, log }) {
    const [source, target] = [flags.text('config'), flags.text('output')];
    if (source === undefined && flags.text('config-string') === undefined)
      throw new UsageError('the flag --config is missing');
    if (source !== undefined && target !== undefined && resolve(source) === resolve(target))
      throw new UsageError(
        '--output names the file that is read',
        'Name another file, and put it in place when you have looked at it.',
      );
    const config = await loadConfig(flags, log, { onlyV1: true });
    await writeConfig(configText(config, 'migrate'), target, { print, log });
    return 0;
  },
};
