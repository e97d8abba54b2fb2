import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';
import { DirectoryDestination, type FileWriter } from '../../../src/lib/agent/destinations/directory.js';
import { readIdentity } from '../../../src/lib/agent/identity.js';
import { hashToken, loadIdentity, type StoredIdentity, saveIdentity } from '../../../src/lib/agent/storage.js';
import { writeFileAtomic, writeFilesAtomic } from '../../../src/lib/util/atomic-file.js';
import { copyOfFixture, fixture, removeFoldersAfterEach, temporaryFolder } from '../../helpers/temporary-folder.js';
import { recordingLog } from './silent-log.js';

removeFoldersAfterEach();

const { log } = recordingLog();
const REAL_FILES = ['key', 'key-cert.pub', 'key.pub', 'sshcacerts', 'tlscacerts', 'tlscert', 'tokenhash'];

/** What the real tool stored for a bot. */
async function realIdentity(): Promise<StoredIdentity> {
  const stored = await loadIdentity(new DirectoryDestination(await copyOfFixture('tbot/storage')), log);
  if (stored === undefined) throw new Error('the fixture cannot be loaded');
  return stored;
}

/** Another identity of the same bot, which is older: it was never renewed. */
async function olderIdentity(): Promise<StoredIdentity> {
  const { identity } = await realIdentity();
  const file = (name: string) => readFile(fixture(`tbot/out/${name}`), 'utf8');
  const older = readIdentity({
    ...identity,
    keyPem: await file('key'),
    sshCertificate: await file('key-cert.pub'),
    tlsCertificate: await file('tlscert'),
  });
  return { identity: older, tokenHash: hashToken('older') };
}

describe('the stored identity', () => {
  it('is read from the folder of the real tool', async () => {
    const { identity, tokenHash } = await realIdentity();

    expect(identity).toMatchObject({
      clusterName: 'example.test',
      subject: { username: 'bot-tb1', botName: 'tb1', renewable: true },
    });
    expect(identity.tlsAuthorities).toHaveLength(2);
    expect(tokenHash).toMatch(/^[0-9a-f]{64}$/);
  });

  it('is written as the real tool writes it, byte for byte', async () => {
    const folder = join(await temporaryFolder(), 'made');
    const destination = new DirectoryDestination(folder);
    await destination.init();

    await saveIdentity(destination, await realIdentity());

    for (const name of REAL_FILES)
      expect(await readFile(join(folder, name), 'utf8')).toBe(await readFile(fixture(`tbot/storage/${name}`), 'utf8'));
    expect((await readdir(folder)).sort()).toEqual([...REAL_FILES, '.write-test'].sort());
  });

  it('counts as missing when one of its files is missing or empty', async () => {
    const destination = new DirectoryDestination(await copyOfFixture('tbot/storage'));
    await destination.remove('tlscert');
    expect(await loadIdentity(destination, log)).toBeUndefined();
    await destination.write({ tlscert: '' });
    expect(await loadIdentity(destination, log)).toBeUndefined();
  });

  it('is refused with a warning when key and certificate do not belong together', async () => {
    const destination = new DirectoryDestination(await copyOfFixture('tbot/storage'));
    await destination.write({ key: await readFile(fixture('tbot/out/key'), 'utf8') });
    const { log, lines } = recordingLog();

    expect(await loadIdentity(destination, log)).toBeUndefined();
    expect(lines.join('')).toMatch(/WARN .*do not belong together/);
    expect(lines.join('')).not.toMatch(/PRIVATE KEY/);
  });

  it.each(Array.from({ length: 9 }, (_, index) => index))(
    'is whole, and new once write %i has happened, when the process dies in the middle of a save',
    async (deathAt) => {
      const folder = await temporaryFolder();
      const older = await olderIdentity();
      const newer = await realIdentity();
      await saveIdentity(new DirectoryDestination(folder), older);

      let writes = 0;
      const writeFiles: FileWriter = async (files) => {
        for (const file of files) {
          if (writes++ >= deathAt) throw new Error('killed');
          await writeFilesAtomic([file]);
        }
      };
      const save = saveIdentity(new DirectoryDestination(folder, { writeFiles }), newer);
      const died = await save.then(
        () => false,
        () => true,
      );

      expect(died).toBe(deathAt < 8);
      const loaded = await loadIdentity(new DirectoryDestination(folder), log);
      expect(loaded).toEqual(deathAt === 0 ? older : newer);
      expect(await loadIdentity(new DirectoryDestination(folder), log)).toEqual(loaded);
      expect(await readdir(folder)).not.toContain('.tbot-pending-identity.json');
    },
  );

  it('is not set back by an old save that was cut off', async () => {
    const folder = await temporaryFolder();
    const writeFiles: FileWriter = (files) =>
      files.length === 1 ? writeFilesAtomic(files) : Promise.reject(new Error('killed'));
    const cutOff = saveIdentity(new DirectoryDestination(folder, { writeFiles }), await olderIdentity());
    await expect(cutOff).rejects.toThrow();
    for (const name of REAL_FILES) // as another program would
      await writeFileAtomic(join(folder, name), await readFile(fixture(`tbot/storage/${name}`)));

    expect(await loadIdentity(new DirectoryDestination(folder), log)).toEqual(await realIdentity());
  });
});
