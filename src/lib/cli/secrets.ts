import { promises as files } from 'node:fs'; // loaded when used
import { CodedError } from '../util/coded-error.js';
import type { Io } from './io.js';
import type { Terminal } from './terminal.js';

/** A secret from a file, or with `-` from standard input; the newline at its end is no part of it. */
export async function readSecret(flag: string, path: string, io: Io): Promise<string> {
  const text = path === '-' ? await io.readStdin() : await readSecretFile(flag, path);
  const secret = text.replace(/\r?\n$/, '');
  if (secret === '') throw new CodedError('bad_parameter', `--${flag}=${path} holds nothing`);
  return secret;
}

async function readSecretFile(flag: string, path: string): Promise<string> {
  try {
    return await files.readFile(path, 'utf8');
  } catch (cause) {
    throw new CodedError('file_unreadable', `--${flag}=${path} cannot be read: ${(cause as Error).message}`, { cause });
  }
}

/** @param otherwise what to do where nobody can be asked @throws CodedError `terminal_needed` */
export async function requireTerminal(io: Io, what: string, otherwise: string): Promise<Terminal> {
  const terminal = await io.terminal();
  if (terminal) return terminal;
  throw new CodedError('terminal_needed', `${what} has to be asked for, and there is no terminal`, { hint: otherwise });
}
