import type { ResourceRef } from '../resources/index.js';
import { goQuote } from '../util/go-quote.js';

/** What the real tool says for the kinds whose message is not `<kind> <q name>` (cli §8). */
const SUBJECTS: Record<string, (name: string) => string> = {
  bot: (name) => `Bot ${goQuote(name)}`,
  cert_authority: (name) => `cert_authority '${name}'`,
  cluster_auth_preference: () => 'cluster auth preference',
  cluster_networking_config: () => 'cluster networking configuration',
  session_recording_config: () => 'session recording configuration',
};

/** The line for standard output after a removal. */
export function removedLine({ kind, name = '' }: ResourceRef, outcome: 'deleted' | 'reset'): string {
  const subject = SUBJECTS[kind]?.(name) ?? `${kind} ${goQuote(name)}`;
  return `${subject} has been ${outcome === 'reset' ? 'reset to defaults' : 'deleted'}\n`;
}
