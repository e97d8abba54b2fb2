import { fileURLToPath } from 'node:url';
import { Config } from '@oclif/core/config';
import { type CommandTable, type FlagShape, readCommandLine } from './argv.js';
import { processIo } from './io.js';

/** Runs the command line of this process and leaves its exit status set. */
export async function main({ ignoreManifest = false }: { ignoreManifest?: boolean } = {}): Promise<void> {
  const args = process.argv.slice(2);
  let config: Config | undefined;
  try {
    const root = fileURLToPath(new URL('../../..', import.meta.url));
    config = await Config.load({ root, ignoreManifest });
    await run(args, config);
  } catch (error) {
    const { asksForDebug, commandOf, reportError } = await import('./outcome.js');
    const commandId = commandOf(error);
    const usage = config && commandId ? (await import('./help.js')).usageOf(commandId, config) : undefined;
    reportError(error, processIo, { debug: asksForDebug(args), usage });
  }
}

async function run(args: string[], config: Config): Promise<void> {
  if (args[0] === '--version') args = ['version'];
  const invocation = readCommandLine(args, commandTable(config), readLines);
  await config.runHook('init', { id: invocation.kind === 'command' ? invocation.id : undefined, argv: args });
  if (invocation.kind === 'command') {
    await config.runCommand(invocation.id, invocation.argv);
    return;
  }
  const { default: Help } = await import('./help.js');
  await new Help(config).showHelp(invocation.words);
}

/** The commands as the argument reader wants to know them, from the manifest. */
export function commandTable(config: Config): CommandTable {
  const globals: Record<string, FlagShape> = {};
  for (const command of config.commands) {
    for (const [name, flag] of Object.entries(command.flags)) {
      if (flag.helpGroup === 'GLOBAL') globals[name] = flag as FlagShape;
    }
  }
  return { ids: [...config.commandIDs, 'help'], globals, find: (id) => config.findCommand(id) };
}

function readLines(path: string): string[] {
  return process.getBuiltinModule('node:fs').readFileSync(path, 'utf8').split(/\r?\n/);
}
