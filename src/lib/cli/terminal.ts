import { openSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { ReadStream } from 'node:tty';
import { CodedError } from '../util/coded-error.js';

/** Where a person answers questions. */
export interface Terminal {
  /** Asks one question; a hidden answer does not appear on the screen. @throws CodedError `interrupted` at Ctrl-C, `canceled` at Ctrl-D */
  ask(question: string, options?: { hidden?: boolean }): Promise<string>;
}

/** A stream that can be told to hand over every key as it is pressed. */
export interface Keyboard extends Readable {
  setRawMode(raw: boolean): unknown;
}

const ENTER = new Set(['\r', '\n']);
const ERASE = new Set(['\b', '\u007f']);
const ERASE_LINE = '\u0015';
const GIVE_UP: Readonly<Record<string, () => CodedError>> = {
  '\u0003': () => new CodedError('interrupted', 'interrupted'), // Ctrl-C
  '\u0004': () => new CodedError('canceled', 'no answer was given'), // Ctrl-D
};

/** Asks on a keyboard and a screen. */
export function createTerminal(keyboard: Keyboard, show: (text: string) => void): Terminal {
  return {
    async ask(question, { hidden = false } = {}) {
      keyboard.setRawMode(true); // first: who answers at once must not be seen
      try {
        show(question);
        return await readLine(keyboard, hidden ? () => undefined : show);
      } finally {
        keyboard.setRawMode(false);
        show('\n');
      }
    },
  };
}

function readLine(keyboard: Keyboard, echo: (text: string) => void): Promise<string> {
  let line: string[] = [];
  return new Promise((resolve, reject) => {
    const finish = (error?: Error) => {
      keyboard.pause();
      keyboard.off('data', onData);
      keyboard.off('end', onEnd);
      if (error === undefined) resolve(line.join(''));
      else reject(error);
    };
    const onEnd = () => finish(new CodedError('canceled', 'no answer was given'));
    const onData = (chunk: Buffer | string) => {
      const keys = [...chunk.toString('utf8')];
      for (const [index, key] of keys.entries()) {
        const givenUp = GIVE_UP[key];
        if (givenUp !== undefined) return finish(givenUp());
        if (ENTER.has(key)) {
          const rest = keys.slice(index + 1).join('');
          finish();
          if (rest !== '') keyboard.unshift(Buffer.from(rest)); // typed ahead, for the next question
          return;
        }
        if (key === ERASE_LINE) {
          echo('\b \b'.repeat(line.length));
          line = [];
        } else if (ERASE.has(key)) {
          if (line.pop() !== undefined) echo('\b \b');
        } else {
          line.push(key);
          echo(key);
        }
      }
    };
    keyboard.on('data', onData);
    keyboard.once('end', onEnd);
    keyboard.resume();
  });
}

/** The terminal that the process was started from, where standard input is something else; undefined where there is none. */
export function openControllingTerminal(): Keyboard | undefined {
  try {
    return new ReadStream(openSync('/dev/tty', 'r'));
  } catch {
    return undefined; // started by a machine
  }
}
