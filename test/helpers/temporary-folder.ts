import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach } from '@jest/globals';

const folders: string[] = [];

/** An empty folder that is gone after the test. Call {@link removeFoldersAfterEach} once in the file. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'mit-test-'));
  folders.push(folder);
  return folder;
}

/** A copy of a folder of test/fixtures that a test may change. */
export async function copyOfFixture(name: string): Promise<string> {
  const folder = await temporaryFolder();
  await cp(fixture(name), folder, { recursive: true });
  return folder;
}

/** Path of a file or folder below test/fixtures. */
export function fixture(name: string): string {
  return join(import.meta.dirname, '..', 'fixtures', name);
}

export function removeFoldersAfterEach(): void {
  afterEach(async () => {
    for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
  });
}
