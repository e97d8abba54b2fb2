import { Readable, Writable } from 'node:stream';

import type { World } from '../../../src/lib/agent/command.js';
import { recordingLog } from './silent-log.js';

/** A process for a command, cut off from this one; what is printed is given to `print`. */
export function worldForTests({ print = () => undefined, ...changes }: Partial<World> = {}): World {
  return {
    env: {},
    clock: () => new Date(),
    program: '/usr/local/bin/tbot',
    node: process.execPath,
    print,
    input: Readable.from([]),
    output: new Writable({ write: (_chunk, _encoding, done) => done() }),
    log: recordingLog().log,
    stop: new AbortController().signal,
    nextReload: () => new AbortController().signal,
    ...changes,
  };
}
