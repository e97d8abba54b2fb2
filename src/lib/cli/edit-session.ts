import { constants } from 'node:os';
import type { Resource } from '../resources/index.js';
import { CodedError } from '../util/coded-error.js';
import { type EditedFile, runEditor } from './editor.js';
import type { Io } from './io.js';
import { describeError } from './outcome.js';

export { createEditedFile } from './editor.js';

/** Begins the lines that say at the top of a text what is wrong with it. */
const REMARK = '# tctl: ';

/**
 * Lets a person edit a text until it can be used. With somebody at the terminal the editor opens again with what is wrong
 * at the top of the text, until they leave the text as it is.
 * @param original the text as it was written to the file.
 * @param use what the resources of the text come to.
 * @returns what `use` gives; nothing when the text was not changed, or emptied.
 * @throws CodedError what was wrong with the text at last, or `editor_failed`.
 */
export async function editUntilValid<T>(
  file: EditedFile,
  original: string,
  io: Pick<Io, 'env' | 'stdinIsTerminal'>,
  use: (resources: Resource[]) => T[],
): Promise<T[]> {
  let shown = original;
  let problem: CodedError | undefined;
  for (;;) {
    await runEditor(file.path, io);
    const text = await file.read();
    if (problem && withoutRemarks(text) === withoutRemarks(shown)) throw problem;
    if (text === shown || text.trim() === '') return [];
    const result = await attempt(text, file.path, use);
    if (!(result instanceof CodedError)) return result;
    if (!io.stdinIsTerminal) throw result;
    // The remarks move the lines that they speak of, so they are made again of the text that has them.
    shown = withRemarks(text, result);
    const again = await attempt(shown, file.path, use);
    problem = again instanceof CodedError ? again : result;
    shown = withRemarks(shown, problem);
    await file.write(shown);
  }
}

/**
 * Does what follows the editing. However it fails, or is ended by a signal such as Ctrl-C while nobody answers, the person is
 * told where their text is; one that was not changed goes.
 * @param original the text as it was written to the file.
 */
export async function keepingText(
  file: EditedFile,
  original: string,
  io: Pick<Io, 'err'>,
  work: (sending: <T>(send: () => Promise<T>) => Promise<T>) => Promise<void>,
): Promise<void> {
  const tell = () => io.err(`Your text is kept in ${file.path}\n`);
  try {
    await work((send) => untilSignalled(tell, send));
  } catch (error) {
    const text = await file.read().catch(() => original); // an editor may have removed it
    if (text === original) await file.remove();
    else tell();
    throw error;
  }
  await file.remove();
}

/** An open editor hears signals itself; afterwards they end the process, which has something to say first. */
async function untilSignalled<T>(tell: () => void, send: () => Promise<T>): Promise<T> {
  const end = (signal: NodeJS.Signals) => {
    tell();
    process.exit(128 + constants.signals[signal]);
  };
  for (const signal of SIGNALS) process.on(signal, end);
  try {
    return await send();
  } finally {
    for (const signal of SIGNALS) process.off(signal, end);
  }
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

async function attempt<T>(text: string, path: string, use: (resources: Resource[]) => T[]): Promise<T[] | CodedError> {
  try {
    const { readResources } = await import('../resources/index.js');
    return use(await readResources(text, path));
  } catch (error) {
    if (error instanceof CodedError) return error;
    throw error;
  }
}

function withRemarks(text: string, problem: CodedError): string {
  const remarks = `${describeError(problem, { debug: false })}Save without a change to give up; the text is kept.`;
  return [...remarks.split('\n').map((line) => `${REMARK}${line}`), withoutRemarks(text)].join('\n');
}

function withoutRemarks(text: string): string {
  return text
    .split('\n')
    .filter((line) => !line.startsWith(REMARK))
    .join('\n');
}
