import { randomUUID } from 'node:crypto';
import { SEAL_KEY_BYTES, seal } from '../../crypto/index.js';
import { isReleaseSince } from '../../util/release.js';
import { findUser } from '../domain/users.js';
import { ClusterError } from '../errors.js';
import { CHALLENGE_MS, type PasskeyChallenge, readAssertion } from '../passkeys/browser-json.js';
import type { ClusterState } from '../state.js';
import { challengePasskeys, isRightPasskey, type Purpose } from './passkey-devices.js';

/** Commands that wait for a passkey which a browser shows, by their id (login §8). */
const REQUEST = 'browser_mfa';
const SINCE = '18.8';
const LOOPBACK = ['localhost', '127.0.0.1', '[::1]'];

export interface BrowserRequest {
  username: string;
  purpose: Purpose;
  /** Where the command waits; holds the key that the answer is sealed with. */
  callbackUrl: string;
}

/** Lets a command wait for a browser. @returns the id; undefined where this cluster's release or the address do not allow it */
export async function requestBrowser(state: ClusterState, request: BrowserRequest): Promise<string | undefined> {
  if (!isReleaseSince(state.serverVersion, SINCE) || sealKeyIn(request.callbackUrl) === undefined) return undefined;
  const id = randomUUID();
  const expires = new Date(state.clock().getTime() + CHALLENGE_MS);
  const value = Buffer.from(JSON.stringify(request));
  await state.store.write((transaction) => transaction.put({ kind: REQUEST, name: id, value, expires }));
  return id;
}

/** What the browser is to ask for. @throws ClusterError NotFound */
export async function challengeBrowser(state: ClusterState, id: string): Promise<PasskeyChallenge> {
  const { username, purpose } = findRequest(state, id);
  const user = state.store.read((transaction) => findUser(transaction, username));
  const challenge = await challengePasskeys(state, user, purpose);
  if (challenge === undefined) throw notFound(id);
  return challenge;
}

/** Takes what the browser brings. @returns where it goes next: the command's address with the sealed answer @throws ClusterError */
export async function answerRequest(state: ClusterState, id: string, credential: unknown): Promise<string> {
  const { username, purpose, callbackUrl } = findRequest(state, id);
  const assertion = readAssertion(credential);
  const key = sealKeyIn(callbackUrl);
  if (assertion === undefined || key === undefined) throw new ClusterError('BadParameter', 'no answer of a passkey');
  if (!isRightPasskey(state, username, purpose, assertion)) {
    throw new ClusterError('AccessDenied', 'the passkey is not one of the user, or the answer comes too late');
  }
  await state.store.write((transaction) => transaction.delete(REQUEST, id));
  const url = new URL(callbackUrl);
  url.searchParams.set('response', seal(key, { browser_mfa_webauthn_response: credential }));
  return url.href;
}

function findRequest({ store }: ClusterState, id: string): BrowserRequest {
  const item = store.read((transaction) => transaction.get(REQUEST, id));
  if (item === undefined) throw notFound(id);
  return JSON.parse(Buffer.from(item.value).toString('utf8')) as BrowserRequest;
}

function notFound(id: string): ClusterError {
  return new ClusterError('NotFound', `no command waits for an answer to request ${JSON.stringify(id)}`);
}

/** The key in a callback address; undefined for addresses that answers must not go to (login §2.5). */
function sealKeyIn(callbackUrl: string): Uint8Array | undefined {
  const url = URL.parse(callbackUrl);
  const names = [...(url?.searchParams.keys() ?? [])].join();
  if (url?.protocol !== 'http:' || url.pathname !== '/callback' || names !== 'secret_key') return undefined;
  if (!LOOPBACK.includes(url.hostname) || url.username !== '' || url.password !== '' || url.hash !== '')
    return undefined;
  const key = Buffer.from(url.searchParams.get('secret_key') ?? '', 'hex');
  return key.length === SEAL_KEY_BYTES ? key : undefined;
}
