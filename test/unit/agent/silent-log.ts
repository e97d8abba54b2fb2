import { createLogger, type Logger } from '../../../src/lib/agent/logs.js';

/** A log whose lines a test may look at. */
export function recordingLog(): { log: Logger; lines: string[] } {
  const lines: string[] = [];
  const clock = () => new Date('2026-11-21T00:00:00Z');
  const write = (line: string) => void lines.push(line);
  return { lines, log: createLogger({ format: 'text', debug: true, clock, write }) };
}
