import { promises as files } from 'node:fs'; // loaded when used
import { CodedError } from '../util/coded-error.js';
import { type Io, MOST_INPUT, tooLarge } from './io.js';

/** The text of a file, or of standard input where no file is named (or `-` is). */
export async function readInput(path: string | undefined, io: Io): Promise<{ text: string; name: string }> {
  if (path === undefined || path === '-') {
    if (io.stdinIsTerminal) io.err('Reading documents from standard input; end with Ctrl-D.\n');
    return { text: await io.readStdin(), name: '<stdin>' };
  }
  try {
    const { size } = await files.stat(path);
    if (size > MOST_INPUT) throw tooLarge(path);
    return { text: await files.readFile(path, 'utf8'), name: path };
  } catch (error) {
    if (error instanceof CodedError) throw error;
    const reason = READ_FAILURES[(error as NodeJS.ErrnoException).code ?? ''] ?? (error as Error).message;
    throw new CodedError('file_unreadable', `cannot read ${path}: ${reason}`, {
      cause: error,
      hint: 'Name a file with YAML or JSON documents, or leave it out to read them from standard input',
    });
  }
}

/** The text of a file; undefined where there is none. */
export async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await files.readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

const READ_FAILURES: Record<string, string> = {
  ENOENT: 'there is no such file',
  EACCES: 'you may not read it',
  EISDIR: 'it is a folder',
};
