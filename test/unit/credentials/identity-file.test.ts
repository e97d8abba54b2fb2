import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';
import { type CredentialError, readIdentityFile } from '../../../src/lib/credentials/index.js';
import { generatePrivateKey, privateKeyPem } from '../../../src/lib/crypto/index.js';
import { fixture, removeFoldersAfterEach, temporaryFolder } from '../../helpers/temporary-folder.js';

const clock = () => new Date('2026-11-21T00:00:00Z');
const sample = fixture('identity-file');

removeFoldersAfterEach();

async function changed(change: (text: string) => string): Promise<string> {
  const path = join(await temporaryFolder(), 'id');
  await writeFile(path, change(await readFile(sample, 'utf8')));
  return path;
}

function failure(reading: Promise<unknown>): Promise<CredentialError> {
  return reading.then(
    () => {
      throw new Error('the file was accepted');
    },
    (error: CredentialError) => error,
  );
}

/** Turns over one bit in a PEM block, `offset` bytes behind a mark that must be there. */
function damagedBlock(pem: string, mark: string, offset: number): string {
  const der = Buffer.from(pem.replace(/-----.*?-----|\s/g, ''), 'base64');
  const at = der.indexOf(Buffer.from(mark, 'hex'));
  if (at < 0) throw new Error(`there is no ${mark} in the block`);
  der[at + offset] = (der[at + offset] as number) ^ 1;
  const [, label] = /-----BEGIN (.*?)-----/.exec(pem) ?? [];
  return `-----BEGIN ${label}-----\n${der.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END ${label}-----`;
}

describe('readIdentityFile', () => {
  it('reads user, cluster, roles, expiry, TLS and SSH parts of a real file', async () => {
    const credentials = await readIdentityFile(sample, { clock });

    expect(credentials).toMatchObject({
      source: { kind: 'identity-file', path: sample },
      username: 'admin',
      clusterName: 'example.test',
      roles: ['access', 'editor', 'auditor'],
      expires: new Date('2026-11-21T23:31:55Z'),
    });
    expect(credentials.tls.caPems).toHaveLength(1);
    expect(credentials.ssh?.certificate).toMatch(/^ecdsa-sha2-nistp256-cert-v01@openssh\.com /);
    expect(credentials.ssh?.hostCas).toHaveLength(1);
  });

  it('reads the identity file that tbot writes', async () => {
    const credentials = await readIdentityFile(fixture('tbot/out/identity'), {
      clock: () => new Date('2026-11-21T00:00:00Z'),
    });

    expect(credentials.clusterName).toBe('example.test');
  });

  it('takes the PEM blocks by their order, whatever stands between them and however lines end', async () => {
    const path = await changed((text) => `# a note\r\n\n${text.replaceAll('\n', '\r\n')}`);

    expect((await readIdentityFile(path, { clock })).username).toBe('admin');
  });

  it('needs no SSH certificate', async () => {
    const path = await changed((text) => text.replace(/^ecdsa.*$/m, ''));

    expect((await readIdentityFile(path, { clock })).ssh).toBeUndefined();
  });

  it('says that a file does not exist', async () => {
    const error = await failure(readIdentityFile('/nowhere/admin.pem', { clock }));

    expect(error.code).toBe('credentials_missing_file');
    expect(error.message).toBe('identity file /nowhere/admin.pem does not exist');
  });

  it('says that a folder is no file', async () => {
    const error = await failure(readIdentityFile(await temporaryFolder(), { clock }));

    expect(error.code).toBe('credentials_unreadable');
  });

  it('says that reading is not permitted', async () => {
    if (process.getuid?.() === 0) return; // nothing is forbidden to root
    const path = await changed((text) => text);
    await chmod(path, 0);

    expect((await failure(readIdentityFile(path, { clock }))).code).toBe('credentials_unreadable');
  });

  it.each([
    ['expired', '2026-11-21T23:31:55Z', /expired at 2026-11-21T23:31:55Z/],
    ['not in force yet', '2026-11-20T00:00:00Z', /not valid before 2026-11-20T23:30:55Z/],
  ])('refuses a certificate that is %s, with both times', async (_name, now, message) => {
    const error = await failure(readIdentityFile(sample, { clock: () => new Date(now) }));

    expect(error.code).toBe('credentials_expired');
    expect(error.message).toMatch(message);
    expect(error.message).toContain(sample);
    expect(error.hint).toBeTruthy();
  });

  it('refuses a key that does not belong to the certificate', async () => {
    const other = privateKeyPem(await generatePrivateKey('ecdsa-p256'), 'pkcs8');
    const path = await changed((text) =>
      text.replace(/-----BEGIN PRIVATE KEY-----[\s\S]*?-----END PRIVATE KEY-----\n/, other),
    );

    const error = await failure(readIdentityFile(path, { clock }));

    expect(error.code).toBe('credentials_mismatch');
    expect(error.message).not.toContain('BEGIN');
  });

  it.each([
    ['an empty file', () => ''],
    ['some other text', () => 'hello\n'],
    ['a certificate alone', (text: string) => text.slice(text.indexOf('-----BEGIN CERTIFICATE'))],
    ['a file cut off inside a block', (text: string) => text.slice(0, text.indexOf('-----END CERTIFICATE'))],
    ['a file without CA certificates', (text: string) => text.slice(0, text.lastIndexOf('-----BEGIN CERTIFICATE'))],
    ['a broken certificate', (text: string) => text.replace('MIID', 'AAAA')],
    ['a broken key', (text: string) => text.replace('MIGH', 'AAAA')],
  ])('calls %s corrupt and names the file', async (_name, change) => {
    const path = await changed(change);

    const error = await failure(readIdentityFile(path, { clock }));

    expect(error.code).toBe('credentials_corrupt');
    expect(error.message).toContain(path);
    expect(error.message.split('\n')).toHaveLength(1);
  });

  it('refuses a file whose CA certificates are of another cluster', async () => {
    const path = await changed((text) => {
      const tlsCertificate = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----\n/.exec(text)?.[0] as string;
      return text.slice(0, text.lastIndexOf('-----BEGIN CERTIFICATE')) + tlsCertificate; // its subject is the user
    });

    const error = await failure(readIdentityFile(path, { clock }));

    expect(error.message).toContain('no CA certificate of cluster example.test');
  });

  it('explains that a hardware key cannot be used', async () => {
    const path = await changed((text) => text.replaceAll('PRIVATE KEY', 'PIV YUBIKEY PRIVATE KEY'));

    expect((await failure(readIdentityFile(path, { clock }))).code).toBe('credentials_unsupported');
  });

  it('says that a CA certificate is damaged where its public key is no point of the curve', async () => {
    const pointMark = '03420004'; // a bit string with an uncompressed P-256 point
    const path = await changed((text) =>
      text.replace(/(?<=@cert-authority[\s\S]*)-----BEGIN CERTIFICATE[\s\S]*?-----END CERTIFICATE-----/, (pem) =>
        damagedBlock(pem, pointMark, 20),
      ),
    );

    const error = await failure(readIdentityFile(path, { clock }));

    expect(error.code).toBe('credentials_corrupt');
    expect(error.message).toContain('CA certificate');
  });

  it('says that the private key is not the one of the certificate, even if the right public key stands beside it', async () => {
    const scalarMark = '0201010420'; // version 1, then 32 bytes of private key
    const path = await changed((text) =>
      text.replace(/-----BEGIN PRIVATE KEY[\s\S]*?-----END PRIVATE KEY-----/, (pem) =>
        damagedBlock(pem, scalarMark, 20),
      ),
    );

    expect((await failure(readIdentityFile(path, { clock }))).code).toBe('credentials_mismatch');
  });
});
