import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

interface CreationOptions {
  challenge: string;
  rp: { id: string };
}

interface RequestOptions {
  challenge: string;
  rpId: string;
  allowCredentials: { id: string }[];
}

interface Key {
  rpId: string;
  privateKey: KeyObject;
  counter: number;
}

const USER_PRESENT = 0x01;
const KEY_INCLUDED = 0x40;

/** What a browser with a passkey does, in memory: ES256 keys, without attestation. Options and credentials are their JSON. */
export class SoftwareAuthenticator {
  readonly #keys = new Map<string, Key>();

  create({ challenge, rp }: CreationOptions, origin: string): object {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const id = randomBytes(16);
    const key = { rpId: rp.id, privateKey, counter: 0 };
    this.#keys.set(id.toString('base64url'), key);
    const { x = '', y = '' } = publicKey.export({ format: 'jwk' });
    const cose = Buffer.concat([
      Buffer.from('a5010203262001', 'hex'),
      Buffer.from('215820', 'hex'),
      Buffer.from(x, 'base64url'),
      Buffer.from('225820', 'hex'),
      Buffer.from(y, 'base64url'),
    ]);
    const attested = Buffer.concat([Buffer.alloc(16), Buffer.from([0, id.length]), id, cose]);
    const authData = Buffer.concat([authenticatorData(key, USER_PRESENT | KEY_INCLUDED), attested]);
    const attestationObject = Buffer.concat([
      Buffer.from('a3', 'hex'),
      cborText('fmt'),
      cborText('none'),
      cborText('attStmt'),
      Buffer.from('a0', 'hex'),
      cborText('authData'),
      Buffer.from([0x58, authData.length]),
      authData,
    ]);
    const clientDataJSON = clientData('webauthn.create', challenge, origin);
    return credential(id.toString('base64url'), { clientDataJSON, attestationObject });
  }

  get({ challenge, rpId, allowCredentials }: RequestOptions, origin: string): object {
    const id = allowCredentials.find((allowed) => this.#keys.get(allowed.id)?.rpId === rpId)?.id ?? '';
    const key = this.#keys.get(id);
    if (key === undefined) throw new Error('no passkey is allowed');
    key.counter++;
    const clientDataJSON = clientData('webauthn.get', challenge, origin);
    const data = authenticatorData(key, USER_PRESENT);
    const signed = Buffer.concat([data, createHash('sha256').update(clientDataJSON).digest()]);
    const signature = sign('sha256', signed, key.privateKey);
    return credential(id, { clientDataJSON, authenticatorData: data, signature });
  }
}

function authenticatorData({ rpId, counter }: Key, flags: number): Buffer {
  const tail = Buffer.alloc(5);
  tail.writeUInt8(flags);
  tail.writeUInt32BE(counter, 1);
  return Buffer.concat([createHash('sha256').update(rpId).digest(), tail]);
}

function clientData(type: string, challenge: string, origin: string): Buffer {
  return Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }));
}

function cborText(text: string): Buffer {
  return Buffer.concat([Buffer.from([0x60 + text.length]), Buffer.from(text)]);
}

function credential(id: string, response: Record<string, Buffer>): object {
  const encoded = Object.entries(response).map(([name, bytes]) => [name, bytes.toString('base64url')]);
  return {
    id,
    rawId: id,
    type: 'public-key',
    response: Object.fromEntries(encoded),
    clientExtensionResults: {},
  };
}
