import { type Credentials, type ExplainedSource, explainCredentials } from '../credentials/index.js';
import { CodedError } from '../util/coded-error.js';
import type { Client } from './client.js';
import { type ConnectOptions, connect } from './connect.js';

/** How a connection comes about, or why none does. */
export interface ConnectionStory {
  /** Every source of credentials, in the order of looking. */
  sources: ExplainedSource[];
  /** Those that won. */
  credentials?: Credentials;
  /** Where to connect, best first. */
  addresses: string[];
  /** What the auth service was reached by; absent when it was not, or not tried. */
  reached?: { address: string; way: Client['way']; serverVersion: string };
  /** Why there are no credentials, or no connection. */
  error?: CodedError;
}

/** Looks for credentials and, unless told not to, connects with them: tells what happens instead of failing. */
export async function explainConnection(options: ConnectOptions, { offline = false } = {}): Promise<ConnectionStory> {
  const { sources, found, error } = await explainCredentials(options);
  if (found === undefined) return { sources, addresses: [], ...(error === undefined ? {} : { error }) };
  const { credentials, addresses } = found;
  const story = { sources, credentials, addresses };
  if (offline) return story;
  try {
    const client = await connect({ ...options, credentials, authServers: addresses });
    try {
      const { serverVersion } = await client.ping();
      return { ...story, reached: { address: client.address, way: client.way, serverVersion } };
    } finally {
      await client.close();
    }
  } catch (failure) {
    if (!(failure instanceof CodedError)) throw failure;
    return { ...story, error: failure };
  }
}
