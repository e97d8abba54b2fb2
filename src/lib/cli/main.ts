import { CodedError } from '../util/coded-error.js';
import { endOnceWritten } from '../util/end-process.js';
import { readCommandLine } from './argv.js';
import type { BaseCommand } from './base-command.js';
import { BareConfig, loadFullConfig } from './config.js';
import { processIo } from './io.js';
import { type Manifest, readManifest } from './manifest.js';

/** What the main program has to be told by the file that starts it. */
export interface Program {
  /** The package's folder. */
  root: string;
  /** Gives the class of a command of this package. @param id with `:` between the words */
  loadCommand(id: string): StartableCommand;
}

/** Runs the command line of this process and leaves its exit status set. */
export async function main(program: Program): Promise<void> {
  const { root } = program;
  const args = process.argv[2] === '--version' ? ['version'] : process.argv.slice(2);
  process.on('uncaughtException', (error) => void endOver(error, args));
  try {
    await run(args, program);
    await endOnceWritten(process);
  } catch (error) {
    const { asksForDebug, commandOf, reportError } = await import('./outcome.js');
    const commandId = commandOf(error);
    const usage = commandId ? (await import('./usage-form.js')).usageOf(commandId, readManifest(root)) : undefined;
    reportError(error, processIo, { debug: asksForDebug(args), usage });
  }
}

/** Ends the process over an error that comes too late to be caught, such as a full disk behind standard output. */
async function endOver(error: NodeJS.ErrnoException, args: readonly string[]): Promise<void> {
  const { asksForDebug, reportError } = await import('./outcome.js');
  const told =
    error.syscall === 'write'
      ? new CodedError('output_failed', `cannot write the output: ${error.message}`, { cause: error })
      : error;
  reportError(told, processIo, { debug: asksForDebug(args) });
  process.exit();
}

type StartableCommand = typeof BaseCommand & (new (...args: ConstructorParameters<typeof BaseCommand>) => BaseCommand);

async function run(args: string[], { root, loadCommand }: Program): Promise<void> {
  const manifest = readManifest(root);
  const invocation = readCommandLine(args, manifest, readLines);
  if (invocation.kind === 'help') return showHelp(invocation.words, manifest, root);
  const Command = loadCommand(invocation.id);
  Command.id = invocation.id;
  await Command.start(invocation.argv, new BareConfig(root));
}

async function showHelp(words: readonly string[], manifest: Manifest, root: string): Promise<void> {
  const id = words.join(':');
  if (manifest.find(id) !== undefined) {
    const { default: Help } = await import('./help.js');
    return new Help(await loadFullConfig(root)).showHelp([...words]);
  }
  const { overviewText, topicText } = await import('./overview.js');
  const place = { root, width: processIo.width };
  processIo.err(id === '' || id === 'help' ? overviewText(manifest, place) : topicText(id, manifest, place));
}

function readLines(path: string): string[] {
  return process.getBuiltinModule('node:fs').readFileSync(path, 'utf8').split(/\r?\n/);
}
