import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import tls from 'node:tls';

import { describe, expect, it } from '@jest/globals';
import { readWebRoots } from '../../../src/lib/transport/index.js';
import { makeTestCertificates } from '../../helpers/grpc-peer.js';
import { removeFoldersAfterEach, temporaryFolder } from '../../helpers/temporary-folder.js';

removeFoldersAfterEach();

async function caFile(): Promise<{ path: string; pem: string }> {
  const path = join(await temporaryFolder(), 'ca.pem');
  const pem = (await makeTestCertificates()).hostCaPem;
  await writeFile(path, pem);
  return { path, pem };
}

describe('readWebRoots', () => {
  it('adds a file to the authorities of Node and of the system', async () => {
    const { path, pem } = await caFile();

    const roots = await readWebRoots({ caFile: path });

    expect(roots).toContain(pem);
    expect(roots).toEqual(expect.arrayContaining(tls.getCACertificates('default')));
  });

  it('takes SSL_CERT_FILE in the place of those, and keeps NODE_EXTRA_CA_CERTS', async () => {
    const { path, pem } = await caFile();

    const roots = await readWebRoots({ sslCertFile: path });

    expect(roots).toEqual([pem, ...tls.getCACertificates('extra')]);
  });

  it('names a file that cannot be read or holds no certificate, and who asked for it', async () => {
    const empty = join(await temporaryFolder(), 'empty.pem');
    await writeFile(empty, 'nothing');

    await expect(readWebRoots({ caFile: '/nowhere.pem' })).rejects.toMatchObject({
      code: 'ca_file_unreadable',
      message: expect.stringContaining('--ca-file /nowhere.pem'),
    });
    await expect(readWebRoots({ sslCertFile: empty })).rejects.toMatchObject({
      code: 'ca_file_invalid',
      message: expect.stringContaining(`SSL_CERT_FILE ${empty}`),
    });
  });
});
