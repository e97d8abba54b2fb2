import { type KeyObject, randomBytes, sign, verify } from 'node:crypto';
import { CodedError } from '../util/coded-error.js';
import {
  parseSshPublicKeyBlob,
  readSshPublicKeyFields,
  splitKeyLine,
  sshKeyType,
  sshPublicKeyBlob,
  sshPublicKeyFields,
} from './ssh-public-key.js';
import { SshReader, sshMpint, sshString, sshUint32, sshUint64 } from './ssh-wire.js';

/** What an SSH certificate says about its key. */
export interface SshCertificateContent {
  type: 'user' | 'host';
  publicKey: KeyObject;
  /** Name of the holder: the user, for instance. */
  keyId: string;
  /** Logins of a user, names of a host. */
  principals: string[];
  validAfter: Date;
  /** Absent: valid for ever. */
  validBefore?: Date;
  /** Name → value; the empty value stands for a mere flag. */
  criticalOptions: Record<string, string>;
  extensions: Record<string, string>;
  /** Clusters leave it 0. */
  serial: bigint;
}

/** A certificate that was read; its signature fits `signatureKey`, whose trust is for the caller to decide. */
export interface SshCertificate extends SshCertificateContent {
  /** Such as `ssh-ed25519-cert-v01@openssh.com`. */
  certType: string;
  signatureKey: KeyObject;
}

const CERT_SUFFIX = '-cert-v01@openssh.com';
const TYPE_NUMBERS = { user: 1, host: 2 } as const;
const FOREVER = 0xffff_ffff_ffff_ffffn;
const P256_NUMBER_LENGTH = 32;

/** Issues a certificate (join §3.3, §3.5). @returns `<type> <base64>`, without a newline */
export function issueSshCertificate(
  content: Omit<SshCertificateContent, 'criticalOptions' | 'serial'> &
    Partial<Pick<SshCertificateContent, 'criticalOptions' | 'serial'>>,
  caKey: KeyObject,
): string {
  const certType = sshKeyType(content.publicKey) + CERT_SUFFIX;
  const signed = Buffer.concat([
    sshString(certType),
    sshString(randomBytes(32)),
    sshPublicKeyFields(content.publicKey),
    sshUint64(content.serial ?? 0n),
    sshUint32(TYPE_NUMBERS[content.type]),
    sshString(content.keyId),
    sshString(...content.principals.map((principal) => sshString(principal))),
    sshUint64(toSeconds(content.validAfter)),
    sshUint64(content.validBefore ? toSeconds(content.validBefore) : FOREVER),
    encodeOptions(content.criticalOptions ?? {}),
    encodeOptions(content.extensions),
    sshString(''), // reserved
    sshString(sshPublicKeyBlob(caKey)),
  ]);
  const blob = Buffer.concat([signed, sshString(signSsh(caKey, signed))]);
  return `${certType} ${blob.toString('base64')}`;
}

/**
 * Reads a certificate line and checks that it is signed by the key that it names.
 * @throws CodedError `ssh_invalid`, `key_unsupported`
 */
export function parseSshCertificate(line: string): SshCertificate {
  const { type: certType, blob } = splitKeyLine(line);
  if (!certType.endsWith(CERT_SUFFIX)) throw new CodedError('ssh_invalid', 'the line is no SSH certificate');
  const reader = new SshReader(blob);
  reader.string(); // the type again, compared by splitKeyLine
  reader.string(); // nonce
  const publicKey = readSshPublicKeyFields(certType.slice(0, -CERT_SUFFIX.length), reader);
  const serial = reader.uint64();
  const type = readType(reader.uint32());
  const keyId = reader.text();
  const principals = readTexts(reader.string());
  const validAfter = fromSeconds(reader.uint64());
  const before = reader.uint64();
  const criticalOptions = decodeOptions(reader.string());
  const extensions = decodeOptions(reader.string());
  reader.string(); // reserved
  const signatureKey = parseSshPublicKeyBlob(reader.string());
  const signed = blob.subarray(0, reader.offset);
  const signature = reader.string();
  if (!reader.done || !isSignedBy(signatureKey, signed, signature)) {
    throw new CodedError('ssh_invalid', 'the signature of the SSH certificate is wrong');
  }
  const validity = before === FOREVER ? { validAfter } : { validAfter, validBefore: fromSeconds(before) };
  return {
    certType,
    type,
    publicKey,
    keyId,
    principals,
    ...validity,
    criticalOptions,
    extensions,
    serial,
    signatureKey,
  };
}

function readType(number: number): 'user' | 'host' {
  if (number === TYPE_NUMBERS.user) return 'user';
  if (number === TYPE_NUMBERS.host) return 'host';
  throw new CodedError('ssh_invalid', `SSH certificates have no type ${number}`);
}

function readTexts(bytes: Buffer): string[] {
  const reader = new SshReader(bytes);
  const texts: string[] = [];
  while (!reader.done) texts.push(reader.text());
  return texts;
}

function toSeconds(moment: Date): bigint {
  return BigInt(Math.floor(moment.getTime() / 1000));
}

function fromSeconds(seconds: bigint): Date {
  return new Date(Number(seconds) * 1000);
}

/** Options are sorted by name; a value is a string inside the string, a flag has an empty one. */
function encodeOptions(options: Record<string, string>): Buffer {
  const names = Object.keys(options).sort();
  return sshString(
    ...names.flatMap((name) => [sshString(name), options[name] ? sshString(sshString(options[name])) : sshString('')]),
  );
}

function decodeOptions(bytes: Buffer): Record<string, string> {
  const reader = new SshReader(bytes);
  const options: [string, string][] = [];
  while (!reader.done) {
    const name = reader.text();
    const data = reader.string();
    options.push([name, data.length === 0 ? '' : new SshReader(data).text()]);
  }
  return Object.fromEntries(options);
}

function signSsh(key: KeyObject, data: Buffer): Buffer {
  switch (key.asymmetricKeyType) {
    case 'ed25519':
      return Buffer.concat([sshString('ssh-ed25519'), sshString(sign(null, data, key))]);
    case 'rsa': {
      const bits = (key.asymmetricKeyDetails?.modulusLength ?? 0) >= 4096 ? 512 : 256;
      return Buffer.concat([sshString(`rsa-sha2-${bits}`), sshString(sign(`sha${bits}`, data, key))]);
    }
    default: {
      const pair = sign('sha256', data, { key, dsaEncoding: 'ieee-p1363' });
      const [r, s] = [pair.subarray(0, P256_NUMBER_LENGTH), pair.subarray(P256_NUMBER_LENGTH)];
      return Buffer.concat([sshString(sshKeyType(key)), sshString(sshMpint(r), sshMpint(s))]);
    }
  }
}

function isSignedBy(key: KeyObject, data: Buffer, signature: Buffer): boolean {
  const reader = new SshReader(signature);
  const algorithm = reader.text();
  const bytes = reader.string();
  switch (algorithm) {
    case 'ssh-ed25519':
      return key.asymmetricKeyType === 'ed25519' && verify(null, data, key, bytes);
    case 'rsa-sha2-256':
    case 'rsa-sha2-512':
      return key.asymmetricKeyType === 'rsa' && verify(algorithm.replace('rsa-sha2-', 'sha'), data, key, bytes);
    case 'ecdsa-sha2-nistp256': {
      const numbers = new SshReader(bytes);
      const pair = Buffer.concat([leftPad(numbers.mpint()), leftPad(numbers.mpint())]);
      return key.asymmetricKeyType === 'ec' && verify('sha256', data, { key, dsaEncoding: 'ieee-p1363' }, pair);
    }
    default:
      throw new CodedError('key_unsupported', `SSH signatures of type ${algorithm} are not supported`);
  }
}

function leftPad(number: Buffer): Buffer {
  return Buffer.concat([Buffer.alloc(Math.max(0, P256_NUMBER_LENGTH - number.length)), number]);
}
