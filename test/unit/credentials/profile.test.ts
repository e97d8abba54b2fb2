import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { beforeEach, describe, expect, it } from '@jest/globals';
import { readProfile } from '../../../src/lib/credentials/index.js';
import { generatePrivateKey, privateKeyPem } from '../../../src/lib/crypto/index.js';
import { copyOfFixture, removeFoldersAfterEach } from '../../helpers/temporary-folder.js';

const clock = () => new Date('2026-11-21T00:00:00Z');
let home: string;
let keys: string;

removeFoldersAfterEach();
beforeEach(async () => {
  home = await copyOfFixture('tsh-home');
  keys = join(home, 'keys', 'localhost');
});

async function replace(path: string, from: string | RegExp, to: string): Promise<void> {
  await writeFile(path, (await readFile(path, 'utf8')).replace(from, to));
}

describe('readProfile', () => {
  it('reads the current profile as tsh 18 leaves it', async () => {
    const credentials = await readProfile(home, { clock });

    expect(credentials).toMatchObject({
      source: { kind: 'profile', path: join(home, 'localhost.yaml') },
      username: 'admin',
      clusterName: 'example.test',
      proxyAddress: 'localhost:3080',
      expires: new Date('2026-11-21T09:44:17Z'),
    });
    expect(credentials.tls.caPems).toHaveLength(1);
    expect(credentials.ssh?.certificate).toContain('-cert-v01@openssh.com');
  });

  it('reads the layout of tsh 16, where one key serves SSH and TLS', async () => {
    await rename(join(keys, 'admin.key'), join(keys, 'admin'));
    await rename(join(keys, 'admin.crt'), join(keys, 'admin-x509.pem'));

    expect((await readProfile(home, { clock })).username).toBe('admin');
  });

  it('reads the one file of CA certificates of older layouts', async () => {
    await rm(join(keys, 'cas'), { recursive: true });

    expect((await readProfile(home, { clock })).tls.caPems).toHaveLength(1);
  });

  it('reads the profile of a named proxy whatever the current one is', async () => {
    await writeFile(join(home, 'current-profile'), 'elsewhere\n');

    expect((await readProfile(home, { profile: 'localhost', clock })).username).toBe('admin');
  });

  it('reports a missing home, profile or login as missing', async () => {
    await expect(readProfile(join(home, 'nowhere'), { clock })).rejects.toMatchObject({
      code: 'credentials_missing_file',
    });
    await expect(readProfile(home, { profile: 'elsewhere', clock })).rejects.toMatchObject({
      code: 'credentials_missing_file',
    });
    await rm(join(keys, 'admin.crt'));
    await expect(readProfile(home, { clock })).rejects.toMatchObject({
      code: 'credentials_missing_file',
      message: expect.stringContaining('logged out'),
    });
  });

  it('tells an expired login how to be renewed', async () => {
    await expect(readProfile(home, { clock: () => new Date('2026-11-22T00:00:00Z') })).rejects.toMatchObject({
      code: 'credentials_expired',
      hint: 'Run `tctl login --proxy=localhost:3080 --user=admin`.',
    });
  });

  it('refuses a login to a leaf cluster and names the root', async () => {
    await replace(join(home, 'localhost.yaml'), 'cluster: example.test', 'cluster: leaf.test');

    await expect(readProfile(home, { clock })).rejects.toMatchObject({
      code: 'credentials_mismatch',
      message: expect.stringMatching(/leaf\.test.*example\.test/),
    });
  });

  it('reports broken YAML with the file', async () => {
    await writeFile(join(home, 'localhost.yaml'), 'user: [admin\n');

    await expect(readProfile(home, { clock })).rejects.toMatchObject({
      code: 'config_invalid',
      message: expect.stringContaining(join(home, 'localhost.yaml')),
    });
  });

  it('names key and certificate when they do not belong together', async () => {
    await writeFile(join(keys, 'admin.key'), privateKeyPem(await generatePrivateKey('ecdsa-p256'), 'pkcs8'));

    await expect(readProfile(home, { clock })).rejects.toMatchObject({
      code: 'credentials_mismatch',
      message: expect.stringMatching(/admin\.key and .*admin\.crt/),
    });
  });
});
