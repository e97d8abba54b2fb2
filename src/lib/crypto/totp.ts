import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** Teleport's one-time passwords (login §5.4): SHA-1, six digits, a new one every 30 seconds. */
const PERIOD_MS = 30_000;
const DIGITS = 6;
const SECRET_BYTES = 20;
const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** A new secret, base32 without padding. */
export function newTotpSecret(): string {
  const bits = [...randomBytes(SECRET_BYTES)].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  return (bits.match(/.{5}/g) ?? []).map((five) => ALPHABET[Number.parseInt(five, 2)]).join('');
}

/** The one-time password in force at a moment. @param secret base32, blanks and padding allowed */
export function totpCode(secret: string, at: Date): string {
  return codeOf(secret, Math.floor(at.getTime() / PERIOD_MS));
}

/** Whether a code is the one in force, or that of the period before or after. */
export function matchesTotp(secret: string, code: string, at: Date): boolean {
  const period = Math.floor(at.getTime() / PERIOD_MS);
  if (!/^\d{6}$/.test(code)) return false;
  const matches = [-1, 0, 1].map((skew) =>
    timingSafeEqual(Buffer.from(code), Buffer.from(codeOf(secret, period + skew))),
  );
  return matches.includes(true);
}

export interface TotpAccount {
  secret: string;
  /** The cluster. */
  issuer: string;
  /** `user@host:port` */
  account: string;
}

/** What authenticator apps read from a QR code (login §5.8). */
export function totpUri({ secret, issuer, account }: TotpAccount): string {
  const name = encodeURIComponent(account).replaceAll('%40', '@').replaceAll('%3A', ':');
  const settings = `algorithm=SHA1&digits=${DIGITS}&issuer=${encodeURIComponent(issuer)}&period=${PERIOD_MS / 1000}`;
  return `otpauth://totp/${encodeURIComponent(issuer)}:${name}?${settings}&secret=${secret}`;
}

function codeOf(secret: string, period: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(period));
  const digest = createHmac('sha1', decodeBase32(secret)).update(counter).digest();
  const offset = (digest.at(-1) ?? 0) & 0xf;
  const number = digest.readUInt32BE(offset) & 0x7f_ff_ff_ff;
  return String(number % 10 ** DIGITS).padStart(DIGITS, '0');
}

function decodeBase32(text: string): Buffer {
  const letters = text.replace(/[\s=]/g, '').toUpperCase();
  const bits = [...letters].map((letter) => ALPHABET.indexOf(letter).toString(2).padStart(5, '0')).join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}
