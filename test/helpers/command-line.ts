import { fileURLToPath, pathToFileURL } from 'node:url';
import { Config } from '@oclif/core/config';
import { readCommandLine } from '../../src/lib/cli/argv.js';
import { readManifest } from '../../src/lib/cli/manifest.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

interface Parsed {
  id: string;
  args: Record<string, unknown>;
  flags: Record<string, unknown>;
}

/** Reads a command line as tctl does, up to the values that the command's `run` gets. Nothing is run. */
export async function parseCommandLine(...line: string[]): Promise<Parsed> {
  const invocation = readCommandLine(line, readManifest(root), () => []);
  if (invocation.kind !== 'command') throw new Error(`not a command: ${line.join(' ')}`);
  const file = pathToFileURL(`${root}src/commands/${invocation.id.replaceAll(':', '/')}.ts`).href;
  const { default: Command } = await import(file);
  const command = new Command(invocation.argv, new Config({ root }));
  command.config.runHook = async () => ({ failures: [], successes: [] });
  const { args, flags } = await command.parse(Command);
  return { id: invocation.id, args, flags };
}
