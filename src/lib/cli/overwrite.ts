import { existsSync } from 'node:fs';
import { CodedError } from '../util/coded-error.js';
import type { Io } from './io.js';

/**
 * Asks whether files that are there already may be replaced: on the terminal, or else with a line of standard input.
 * @throws CodedError `file_exists` unless the answer is yes
 */
export async function confirmOverwrite(paths: readonly string[], io: Io): Promise<void> {
  const existing = paths.filter((path) => existsSync(path));
  if (existing.length === 0) return;
  const names = existing.join(', ');
  const answer = await ask(`${names} ${existing.length === 1 ? 'exists' : 'exist'}. Overwrite? [y/N]: `, io);
  if (/^y(es)?$/i.test(answer.trim())) return;
  throw new CodedError('file_exists', `${names} would be overwritten; nothing was written`, {
    hint: '--overwrite replaces files without asking',
  });
}

async function ask(question: string, io: Io): Promise<string> {
  if (io.stdinIsTerminal) return (await (await io.terminal())?.ask(question)) ?? '';
  io.err(question);
  const answer = await io.readStdinLine();
  io.err('\n');
  return answer;
}
