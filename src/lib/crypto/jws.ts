import { createHash, type KeyObject } from 'node:crypto';
import { CodedError } from '../util/coded-error.js';
import { publicPart } from './ssh-public-key.js';

/** Loaded by who signs or verifies only: most commands do neither. */
function loadJose() {
  return import('jose');
}

/**
 * The id of a key in signed documents: base64url SHA-256 of the public key, PKCS#1 for RSA, SPKI for others (join §2.4).
 */
export function jwsKeyId(key: KeyObject): string {
  const type = key.asymmetricKeyType === 'rsa' ? 'pkcs1' : 'spki';
  const der = publicPart(key).export({ type, format: 'der' });
  return createHash('sha256').update(der).digest('base64url');
}

/** Signs a text as it is; compact form. `keyId` names the key for a reader who has several. */
export async function signJws(payload: string, key: KeyObject, keyId?: string): Promise<string> {
  const { CompactSign } = await loadJose();
  const header = { alg: algorithmOf(key), ...(keyId === undefined ? {} : { kid: keyId }), typ: 'JWT' };
  return new CompactSign(Buffer.from(payload)).setProtectedHeader(header).sign(key);
}

/**
 * The text that the holder of the key has signed. Only the one algorithm of the key counts, whatever the header says.
 * @throws CodedError `jws_invalid`
 */
export async function verifyJws(jws: string, publicKey: KeyObject): Promise<string> {
  const { compactVerify, errors } = await loadJose();
  try {
    const { payload } = await compactVerify(jws, publicKey, { algorithms: [algorithmOf(publicKey)] });
    return Buffer.from(payload).toString('utf8');
  } catch (cause) {
    if (!(cause instanceof errors.JOSEError || cause instanceof TypeError)) throw cause;
    throw new CodedError('jws_invalid', 'the signature does not fit', { cause });
  }
}

/** The id of the key that a document says to be signed with. @throws CodedError `jws_invalid` */
export async function readJwsKeyId(jws: string): Promise<string | undefined> {
  const { decodeProtectedHeader } = await loadJose();
  try {
    return decodeProtectedHeader(jws).kid;
  } catch (cause) {
    throw new CodedError('jws_invalid', 'not a signed document in compact form', { cause });
  }
}

function algorithmOf(key: KeyObject): string {
  switch (key.asymmetricKeyType) {
    case 'rsa':
      return 'RS256';
    case 'ec':
      return 'ES256';
    default:
      return 'EdDSA';
  }
}
