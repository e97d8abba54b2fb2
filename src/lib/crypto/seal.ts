import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { CodedError } from '../util/coded-error.js';

/** What a proxy hands to a command through the browser: AES-256-GCM, so that the browser cannot read it (login §2.4). */
const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
export const SEAL_KEY_BYTES = 32;

/** @param text what `seal` gave @returns the value inside @throws CodedError `bad_answer` for what was not sealed with this key */
export function unseal(key: Uint8Array, text: string): unknown {
  try {
    const { ciphertext, nonce } = JSON.parse(text) as { ciphertext: string; nonce: string };
    const sealed = Buffer.from(ciphertext, 'base64');
    const decipher = createDecipheriv(ALGORITHM, key, Buffer.from(nonce, 'base64'));
    decipher.setAuthTag(sealed.subarray(-TAG_BYTES));
    const open = Buffer.concat([decipher.update(sealed.subarray(0, -TAG_BYTES)), decipher.final()]);
    return JSON.parse(open.toString('utf8'));
  } catch {
    // Without the cause, which may quote what is inside.
    throw new CodedError('bad_answer', 'the browser brought an answer that cannot be opened');
  }
}

/** The other direction, as proxies do it. */
export function seal(key: Uint8Array, value: unknown): string {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(ALGORITHM, key, nonce);
  const sealed = Buffer.concat([cipher.update(JSON.stringify(value)), cipher.final(), cipher.getAuthTag()]);
  return JSON.stringify({ ciphertext: sealed.toString('base64'), nonce: nonce.toString('base64') });
}
