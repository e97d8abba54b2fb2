import { createHash, createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { CodedError } from '../util/coded-error.js';
import { SshReader, sshMpint, sshString } from './ssh-wire.js';

/** The SSH name of a key's algorithm, such as `ssh-ed25519`. @throws CodedError `key_unsupported` */
export function sshKeyType(key: KeyObject): string {
  if (key.asymmetricKeyType === 'ed25519') return 'ssh-ed25519';
  if (key.asymmetricKeyType === 'rsa') return 'ssh-rsa';
  if (key.asymmetricKeyDetails?.namedCurve === 'prime256v1') return 'ecdsa-sha2-nistp256';
  throw new CodedError('key_unsupported', 'SSH keys are Ed25519, ECDSA P-256 or RSA here');
}

/** The fields of a public key in SSH wire form, without the leading type name (as certificates hold them). */
export function sshPublicKeyFields(key: KeyObject): Buffer {
  const type = sshKeyType(key);
  const jwk = publicPart(key).export({ format: 'jwk' });
  switch (type) {
    case 'ssh-ed25519':
      return sshString(fromBase64Url(jwk.x));
    case 'ssh-rsa':
      return Buffer.concat([sshMpint(fromBase64Url(jwk.e)), sshMpint(fromBase64Url(jwk.n))]);
    default:
      return Buffer.concat([
        sshString('nistp256'),
        sshString(Buffer.from([4]), fromBase64Url(jwk.x), fromBase64Url(jwk.y)),
      ]);
  }
}

/** A public key (or the public half of a private one) in SSH wire form: type name and fields. */
export function sshPublicKeyBlob(key: KeyObject): Buffer {
  return Buffer.concat([sshString(sshKeyType(key)), sshPublicKeyFields(key)]);
}

/** Reads a key from its wire form. @throws CodedError `ssh_invalid`, `key_unsupported` */
export function parseSshPublicKeyBlob(blob: Uint8Array): KeyObject {
  const reader = new SshReader(blob);
  const key = readSshPublicKeyFields(reader.text(), reader);
  if (!reader.done) throw new CodedError('ssh_invalid', 'the SSH public key has bytes left over');
  return key;
}

/** Reads the fields that follow the type name. @throws CodedError `ssh_invalid`, `key_unsupported` */
export function readSshPublicKeyFields(type: string, reader: SshReader): KeyObject {
  switch (type) {
    case 'ssh-ed25519':
      return publicKeyFromJwk({ kty: 'OKP', crv: 'Ed25519', x: toBase64Url(reader.string()) });
    case 'ssh-rsa': {
      const e = toBase64Url(reader.mpint());
      return publicKeyFromJwk({ kty: 'RSA', e, n: toBase64Url(reader.mpint()) });
    }
    case 'ecdsa-sha2-nistp256': {
      if (reader.text() !== 'nistp256') throw new CodedError('ssh_invalid', 'the ECDSA key names another curve');
      return publicKeyFromJwk({ kty: 'EC', crv: 'P-256', ...readPoint(reader.string()) });
    }
    default:
      throw new CodedError('key_unsupported', `SSH keys of type ${type} are not supported`);
  }
}

/** The affine coordinates of an uncompressed P-256 point, base64url. @throws CodedError `ssh_invalid` */
export function readPoint(point: Buffer): { x: string; y: string } {
  if (point.length !== 65 || point[0] !== 4) throw new CodedError('ssh_invalid', 'the ECDSA point is malformed');
  return { x: toBase64Url(point.subarray(1, 33)), y: toBase64Url(point.subarray(33)) };
}

/** `<type> <base64>[ comment]`, without a newline. */
export function authorizedKeyLine(key: KeyObject, comment?: string): string {
  const line = `${sshKeyType(key)} ${sshPublicKeyBlob(key).toString('base64')}`;
  return comment ? `${line} ${comment}` : line;
}

/** The type, wire bytes and comment of an authorized_keys style line, be it a key or a certificate. @throws CodedError `ssh_invalid` */
export function splitKeyLine(line: string): { type: string; blob: Buffer; comment: string } {
  const [type = '', base64 = '', ...comment] = line.trim().split(/\s+/);
  const blob = Buffer.from(base64, 'base64');
  if (blob.length === 0) throw new CodedError('ssh_invalid', 'the line is no SSH key');
  if (new SshReader(blob).text() !== type) {
    throw new CodedError('ssh_invalid', 'the SSH key is of another type than its line says');
  }
  return { type, blob, comment: comment.join(' ') };
}

/** Reads an authorized_keys line without options. @throws CodedError `ssh_invalid`, `key_unsupported` */
export function parseAuthorizedKey(line: string): { key: KeyObject; comment: string } {
  const { blob, comment } = splitKeyLine(line);
  return { key: parseSshPublicKeyBlob(blob), comment };
}

/** The key's fingerprint as OpenSSH prints it: `SHA256:` and unpadded base64. */
export function sshFingerprint(key: KeyObject): string {
  return `SHA256:${createHash('sha256').update(sshPublicKeyBlob(key)).digest('base64').replace(/=+$/, '')}`;
}

/** The public half of a private key; a public key as it is. */
export function publicPart(key: KeyObject): KeyObject {
  return key.type === 'private' ? createPublicKey(key) : key;
}

function publicKeyFromJwk(jwk: JsonWebKey): KeyObject {
  try {
    return createPublicKey({ key: jwk, format: 'jwk' });
  } catch (cause) {
    throw new CodedError('ssh_invalid', 'the SSH public key is malformed', { cause });
  }
}

export function toBase64Url(bytes: Buffer): string {
  return bytes.toString('base64url');
}

export function fromBase64Url(text: string | undefined): Buffer {
  return Buffer.from(text ?? '', 'base64url');
}
