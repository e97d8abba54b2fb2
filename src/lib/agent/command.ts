import type { Readable, Writable } from 'node:stream';

import type { Clock } from '../util/clock.js';
import type { Flags, FlagValues } from './command-line.js';
import type { Logger } from './logs.js';

/** The process that a command runs in. */
export interface World {
  env: Record<string, string | undefined>;
  clock: Clock;
  /** Absolute path of the running program. */
  program: string;
  /** Absolute path of the Node that runs it. */
  node: string;
  print(text: string): void;
  /** Standard input and output, for a command that carries bytes. */
  input: Readable;
  output: Writable;
  log: Logger;
  /** Given when the process is asked to end. */
  stop: AbortSignal;
  /** A signal for the next wish to reload. */
  nextReload(): AbortSignal;
}

export interface Example {
  does: string;
  line: string;
}

/** One command of the binary. */
export interface Command {
  /** One line. */
  summary: string;
  /** More than the line, for its help: paragraphs. */
  details?: readonly string[];
  /** Command lines with what they do. */
  examples?: readonly Example[];
  flags: Flags;
  /** @returns the exit status */
  run(flags: FlagValues, world: World): Promise<number>;
}
