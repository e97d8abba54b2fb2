import { CodedError } from '../util/coded-error.js';
import type { Terminal } from './terminal.js';

/** Bytes of documents that are read at once: they are checked together, and take many times as much memory. */
export const MOST_INPUT = 64 * 1024 * 1024;

export function tooLarge(name: string): CodedError {
  return new CodedError('file_unreadable', `cannot read ${name}: it is larger than ${MOST_INPUT / 1024 / 1024} MiB`, {
    hint: 'Divide the documents among several files',
  });
}

/** The process's streams and what they are connected to. Everything that commands print goes through here. */
export interface Io {
  /** Writes the result of a command; nothing else belongs on standard output. */
  out(data: string | Uint8Array): void;
  /** Writes a message for the person at the terminal. */
  err(text: string): void;
  /** All of standard input. @throws CodedError `file_unreadable` where it is more than {@link MOST_INPUT} */
  readStdin(): Promise<string>;
  /** The first line of standard input; empty where there is none. What follows it is lost. */
  readStdinLine(): Promise<string>;
  /** A person who can be asked; undefined where nobody is there. */
  terminal(): Promise<Terminal | undefined>;
  readonly stdinIsTerminal: boolean;
  readonly stdoutIsTerminal: boolean;
  readonly stderrIsTerminal: boolean;
  /** Columns of the terminal that shows standard error; 80 if it is none. */
  readonly width: number;
  /** Columns of the terminal on standard input, which the real tool fits its tables to; 80 if it is none (cli §3.3). */
  readonly tableWidth: number;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The streams and environment of this process. */
export const processIo: Io = {
  out: (chunk) => void process.stdout.write(chunk),
  err: (chunk) => void process.stderr.write(chunk),
  async readStdin() {
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of process.stdin) {
      size += chunk.length;
      if (size > MOST_INPUT) throw tooLarge('<stdin>');
      chunks.push(chunk);
    }
    return new TextDecoder().decode(Buffer.concat(chunks));
  },
  async readStdinLine() {
    let read = '';
    for await (const chunk of process.stdin) {
      read += chunk;
      if (read.includes('\n')) break;
    }
    return read.split('\n', 1)[0] ?? '';
  },
  async terminal() {
    if (!process.stderr.isTTY) return undefined;
    const { createTerminal, openControllingTerminal } = await import('./terminal.js');
    const keyboard = process.stdin.isTTY ? process.stdin : openControllingTerminal();
    return keyboard && createTerminal(keyboard, processIo.err);
  },
  get stdinIsTerminal() {
    return process.stdin.isTTY === true;
  },
  get stdoutIsTerminal() {
    return process.stdout.isTTY === true;
  },
  get stderrIsTerminal() {
    return process.stderr.isTTY === true;
  },
  get width() {
    return process.stderr.columns || 80;
  },
  get tableWidth() {
    if (!process.stdin.isTTY) return 80;
    return process.stdout.columns || process.stderr.columns || columnsOfStdin() || 80;
  },
  get env() {
    return process.env;
  },
};

/** Node tells the width only of what it writes to. Undefined where standard input cannot be opened for that. */
function columnsOfStdin(): number | undefined {
  const { openSync } = process.getBuiltinModule('node:fs');
  const { WriteStream } = process.getBuiltinModule('node:tty');
  try {
    const screen = new WriteStream(openSync('/dev/stdin', 'r+'));
    const { columns } = screen;
    screen.destroy();
    return columns;
  } catch {
    return undefined;
  }
}

/** Whether a stream may be coloured: a terminal, and NO_COLOR not set to anything. */
export function mayColour(isTerminal: boolean, env: Io['env']): boolean {
  return isTerminal && !env.NO_COLOR && env.TERM !== 'dumb';
}
