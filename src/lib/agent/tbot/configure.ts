import type { Command, World } from '../command.js';
import { type FlagValues, UsageError } from '../command-line.js';
import { emptyConfig } from '../config.js';
import { applyFlags } from '../config-flags.js';
import { configText, writeConfig } from '../config-text.js';
import { GLOBAL_FLAGS, LEGACY_FLAGS, OUTPUT_FLAGS } from '../flags.js';
import type { OutputCommand } from '../output-commands.js';

const FILE_FLAG = {
  output: { type: 'string', value: 'FILE', short: 'o', help: 'File to write; without, the configuration is printed' },
} as const;

export const configureLegacy: Command = {
  summary: 'Print a configuration made from flags',
  details: ['Nothing is read and nobody is asked: the same flags as those of "tbot start", as a file.'],
  examples: [
    {
      does: 'Begin a configuration',
      line: 'tbot configure --proxy-server=teleport.example.com:443 --join-method=token \\\n  --token=TOKEN -o /etc/tbot.yaml',
    },
  ],
  flags: { ...GLOBAL_FLAGS, ...LEGACY_FLAGS, ...FILE_FLAG },
  run: (flags, world) => configure(flags, world),
};

/** `tbot configure` with an output made of flags. */
export function configureOutput(output: OutputCommand): Command {
  return {
    summary: `Print a configuration with ${output.what}`,
    flags: { ...GLOBAL_FLAGS, ...OUTPUT_FLAGS, ...output.flags, ...FILE_FLAG },
    run: (flags, world) => configure(flags, world, output),
  };
}

async function configure(flags: FlagValues, world: World, output?: OutputCommand): Promise<number> {
  if (flags.text('config') !== undefined || flags.text('config-string') !== undefined)
    throw new UsageError('configure reads no configuration', 'It makes one from flags; leave --config out.');
  const config = applyFlags(emptyConfig(), flags, world.log, output);
  if (config.onboarding.joinMethod === undefined) throw new UsageError('the flag --join-method is missing');
  await writeConfig(configText(config, 'configure'), flags.text('output'), world);
  return 0;
}
