import { createPublicKey } from 'node:crypto';
import { authorizedKeyLine, parsePrivateKey } from '../crypto/index.js';
import { CodedError } from '../util/coded-error.js';
import { rfc3339Seconds } from '../util/rfc3339.js';
import type { Destination } from './destinations/destination.js';

/** The key that a token is bound to, as it is kept in the storage (tbot §9). */
export interface KeypairState {
  /** PEM; absent until the cluster has taken the first key. */
  activeKey?: string;
  /** Newest first: keys that the cluster may still or already name. */
  history: readonly { time: string; privateKey: string }[];
  /** The cluster's signed document about the last join; the agent does not read it. */
  joinState?: string;
}

const KEY = 'id_bkp';
const PUBLIC_KEY = 'id_bkp.pub';
const JOIN_STATE = 'bkp_state';
const HISTORY = 'bkp_key_history.json';
const MOST_KEYS = 10;

/** Reads the state; files that are missing or empty count as not there yet. @throws CodedError `keypair_invalid` */
export async function loadKeypair(storage: Destination): Promise<KeypairState> {
  const activeKey = await storage.read(KEY);
  const joinState = await storage.read(JOIN_STATE);
  return {
    history: readHistory((await storage.read(HISTORY)) || '{"entries":[]}'),
    ...(activeKey ? { activeKey } : {}),
    ...(joinState ? { joinState } : {}),
  };
}

function readHistory(text: string): KeypairState['history'] {
  try {
    const { entries } = JSON.parse(text) as { entries?: { time: unknown; private_key: unknown }[] | null };
    return (entries ?? []).map(({ time, private_key }) => ({ time: String(time), privateKey: String(private_key) }));
  } catch (cause) {
    throw new CodedError('keypair_invalid', `${HISTORY} cannot be read`, { cause });
  }
}

/** Writes the state. */
export async function saveKeypair(storage: Destination, state: KeypairState): Promise<void> {
  await storage.write(keypairFiles(state));
  if (state.joinState === undefined) await storage.remove(JOIN_STATE);
}

/** The files of a state. The history is first: it holds the active key as well, so that a crash loses none. */
export function keypairFiles({ activeKey, history, joinState }: KeypairState): Record<string, string> {
  const entries = history.map(({ time, privateKey }) => ({ time, private_key: privateKey }));
  return {
    [HISTORY]: JSON.stringify({ entries }),
    [KEY]: activeKey ?? '',
    ...(activeKey === undefined ? {} : { [PUBLIC_KEY]: `${authorizedKeyLine(parsePrivateKey(activeKey))}\n` }),
    ...(joinState === undefined ? {} : { [JOIN_STATE]: joinState }),
  };
}

/** The newest key's public half, as an authorized_keys line. */
export function newestKey({ history: [newest] }: KeypairState): string | undefined {
  return newest === undefined ? undefined : authorizedKeyLine(createPublicKey(parsePrivateKey(newest.privateKey)));
}

/** Whether a write of this artifact that was cut off, and is whole, holds keys that the cluster may have asked for. */
export function isWholeHistory(name: string, data: string): boolean {
  try {
    return name === HISTORY && readHistory(data).length > 0;
  } catch {
    return false;
  }
}

/** The state with a further key, which is not active before the cluster has taken it. */
export function withNewKey(state: KeypairState, privateKey: string, now: Date): KeypairState {
  const time = rfc3339Seconds(now);
  return { ...state, history: [{ time, privateKey }, ...state.history].slice(0, MOST_KEYS) };
}
