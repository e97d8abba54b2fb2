import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { ClusterError } from '../errors.js';

const MIN_BYTES = 12;
const MAX_BYTES = 128;
const SALT_BYTES = 16;
const HASH_BYTES = 32;
/** 16 MiB of memory and some 30 ms for each try. */
const COST = { N: 2 ** 14, r: 8, p: 1, maxmem: 64 * 1024 * 1024 };
const PREFIX = `$scrypt$N=${COST.N},r=${COST.r},p=${COST.p}$`;

/** @throws ClusterError BadParameter for a password that is too short or too long (login §5.3). */
export function checkNewPassword(password: Uint8Array): void {
  if (password.length < MIN_BYTES) {
    throw new ClusterError('BadParameter', `password is too short, the minimum length is ${MIN_BYTES}`);
  }
  if (password.length > MAX_BYTES) {
    throw new ClusterError('BadParameter', `password is too long, the maximum length is ${MAX_BYTES}`);
  }
}

/** Text that a password can be checked against and not be found from. */
export async function hashPassword(password: Uint8Array): Promise<Uint8Array> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await derive(password, salt);
  return Buffer.from(`${PREFIX}${salt.toString('base64')}$${hash.toString('base64')}`);
}

/** Takes the same time whether there is a hash or not, so that nobody learns which users there are. */
export async function verifyPassword(hash: Uint8Array | undefined, password: Uint8Array): Promise<boolean> {
  const text = Buffer.from(hash ?? []).toString('utf8');
  const [salt = '', expected = ''] = text.startsWith(PREFIX) ? text.slice(PREFIX.length).split('$') : [];
  const found = await derive(password.subarray(0, MAX_BYTES), Buffer.from(salt, 'base64'));
  const wanted = Buffer.from(expected, 'base64');
  return wanted.length === HASH_BYTES && timingSafeEqual(found, wanted);
}

function derive(password: Uint8Array, salt: Uint8Array): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password, salt, HASH_BYTES, COST, (error, key) => (error ? reject(error) : resolve(key)));
  });
}
