import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import {
  generatePrivateKey,
  type KeyKind,
  keyKindOf,
  parsePrivateKey,
  parsePublicKey,
  privateKeyPem,
  publicKeyPem,
  samePublicKey,
  sshKeyPem,
  teleportKeyPem,
} from '../../../src/lib/crypto/keys.js';
import { writePem } from '../../../src/lib/crypto/pem.js';
import { spkiPin } from '../../../src/lib/crypto/spki-pin.js';
import { parseAuthorizedKey } from '../../../src/lib/crypto/ssh-public-key.js';
import { parseCertificate } from '../../../src/lib/crypto/x509-name.js';

const fixture = (path: string) => readFileSync(new URL(`../../fixtures/${path}`, import.meta.url), 'utf8');
const kinds: KeyKind[] = ['ed25519', 'ecdsa-p256', 'rsa-2048'];

describe('private keys', () => {
  it.each(kinds)('of kind %s survive writing and reading in every style', async (kind) => {
    const key = await generatePrivateKey(kind);
    const styles = kind === 'rsa-2048' ? (['pkcs8', 'pkcs1', 'openssh'] as const) : (['pkcs8', 'openssh'] as const);

    for (const style of styles) expect(parsePrivateKey(privateKeyPem(key, style)).equals(key)).toBe(true);

    expect(keyKindOf(key)).toBe(kind);
    expect(samePublicKey(key, parsePublicKey(publicKeyPem(key)))).toBe(true);
  });

  it('are written with the labels that clusters use', async () => {
    const label = (pem: string) => pem.split('\n')[0];
    const rsa = await generatePrivateKey('rsa-2048');
    const ed25519 = await generatePrivateKey('ed25519');

    expect([teleportKeyPem, sshKeyPem, publicKeyPem].map((write) => label(write(rsa)))).toEqual([
      '-----BEGIN RSA PRIVATE KEY-----',
      '-----BEGIN RSA PRIVATE KEY-----',
      '-----BEGIN RSA PUBLIC KEY-----',
    ]);
    expect([teleportKeyPem, sshKeyPem, publicKeyPem].map((write) => label(write(ed25519)))).toEqual([
      '-----BEGIN PRIVATE KEY-----',
      '-----BEGIN OPENSSH PRIVATE KEY-----',
      '-----BEGIN PUBLIC KEY-----',
    ]);
  });

  it('are read in SEC1 form even under a wrong label', async () => {
    const key = await generatePrivateKey('ecdsa-p256');
    const sec1 = key.export({ type: 'sec1', format: 'der' });

    expect(parsePrivateKey(writePem('PRIVATE KEY', sec1)).equals(key)).toBe(true);
  });

  it('of a real profile fit its certificate and its public key line', () => {
    const tlsKey = parsePrivateKey(fixture('tsh-home/keys/localhost/admin.key'));
    const sshKey = parsePrivateKey(fixture('tsh-home/keys/localhost/admin'));

    expect(samePublicKey(tlsKey, parseCertificate(fixture('tsh-home/keys/localhost/admin.crt')).publicKey)).toBe(true);
    expect(samePublicKey(sshKey, parseAuthorizedKey(fixture('tsh-home/keys/localhost/admin.pub')).key)).toBe(true);
    expect(samePublicKey(sshKey, tlsKey)).toBe(false);
  });

  it.each([
    ['key_hardware', writePem('PIV YUBIKEY PRIVATE KEY', Buffer.from('{}'))],
    ['key_encrypted', writePem('ENCRYPTED PRIVATE KEY', Buffer.from('x'))],
    [
      'key_encrypted',
      '-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n\nAAAA\n-----END RSA PRIVATE KEY-----\n',
    ],
    ['key_invalid', writePem('PRIVATE KEY', Buffer.from('nonsense'))],
    ['pem_missing', 'no key here'],
  ])('that cannot be used end in the error %s', (code, pem) => {
    expect(() => parsePrivateKey(pem)).toThrow(expect.objectContaining({ code }));
  });
});

describe('spkiPin', () => {
  it('is the hash that openssl computes over the public key', () => {
    // openssl x509 -pubkey -noout | openssl pkey -pubin -outform der | openssl sha256
    expect(spkiPin(fixture('tbot/out/teleport-host-ca.crt'))).toBe(
      'sha256:d651ceda8fd5a606a820331dfbbbdf8e8ba0ad367e73201f7c12f776780d4bc9',
    );
  });
});
