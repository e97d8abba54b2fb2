import { Readable, Writable } from 'node:stream';

import type { World } from '../../../src/lib/agent/command.js';
import { emptyConfig } from '../../../src/lib/agent/config.js';
import type { AgentContext } from '../../../src/lib/agent/context.js';
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

/** What the parts of the agent share: its pauses only move its clock. */
export function contextForTests(start = '2026-11-21T00:00:00Z') {
  let now = new Date(start).getTime();
  const pauses: number[] = [];
  const { log, lines } = recordingLog();
  const context: AgentContext = {
    config: emptyConfig(),
    log,
    clock: () => new Date(now),
    env: {},
    program: '/tbot',
    random: () => 0.5,
    async pause(ms) {
      pauses.push(ms);
      now += ms;
    },
  };
  return { context, lines, pauses };
}
