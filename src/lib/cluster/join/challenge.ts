import type { KeyObject } from 'node:crypto';
import { randomBytes } from 'node:crypto';
import { jwsKeyId, verifyJws } from '../../crypto/index.js';
import { CodedError } from '../../util/coded-error.js';
import { ClusterError } from '../errors.js';

const LIFETIME_S = 60;
const BACKDATE_S = 10;

/** What a joiner has to sign to prove that it holds a key (join §2.4). */
export interface Challenge {
  key: KeyObject;
  /** JSON text; the joiner signs these very bytes. */
  document: string;
  expires: Date;
}

/** A new challenge, good for this one conversation. */
export function createChallenge({
  clusterName,
  key,
  now,
}: {
  clusterName: string;
  key: KeyObject;
  now: Date;
}): Challenge {
  const issuedAt = Math.floor(now.getTime() / 1000);
  const document = JSON.stringify({
    iss: clusterName,
    sub: jwsKeyId(key),
    aud: [clusterName],
    exp: issuedAt + LIFETIME_S,
    nbf: issuedAt - BACKDATE_S,
    iat: issuedAt,
    nonce: randomBytes(16).toString('hex'),
  });
  return { key, document, expires: new Date((issuedAt + LIFETIME_S) * 1000) };
}

/**
 * Checks a solution: signed with the challenged key, in time, and over exactly the document that was sent, so that no
 * claim in it needs to be looked at.
 * @throws ClusterError AccessDenied.
 */
export async function checkSolution(
  { key, document, expires }: Challenge,
  solution: Uint8Array,
  now: Date,
): Promise<void> {
  let signed: string;
  try {
    signed = await verifyJws(Buffer.from(solution).toString('latin1'), key);
  } catch (cause) {
    if (!(cause instanceof CodedError)) throw cause;
    throw failed('the solution is not signed with the expected key', cause);
  }
  if (now > expires) throw failed('the solution came too late');
  if (signed !== document) throw failed('invalid challenge document');
}

function failed(reason: string, cause?: unknown): ClusterError {
  return new ClusterError('AccessDenied', `failed to complete challenge: ${reason}`, { cause });
}
