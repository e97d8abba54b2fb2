import { randomBytes } from 'node:crypto';
import { open, rename, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { CodedError } from './coded-error.js';
import { systemErrorCode } from './system-error.js';

/** Names of the temporary files of {@link writeFileAtomic}, which a process that is killed leaves behind; group 1: the file meant. */
export const TEMPORARY_NAME = /^\.(.+)\.[0-9a-f]{12}$/;

/**
 * Writes a file so that a reader, or a start after a crash, sees the old content or the new, never a part:
 * a temporary file in the same folder, fsync, rename, fsync of the folder.
 * @throws CodedError `not_a_file` where the path leads to a folder, device or pipe: a rename would put a file in its place.
 * @param mode permission bits of the new file; 0600 unless given, because most such files hold secrets.
 */
export async function writeFileAtomic(
  path: string,
  data: string | Uint8Array,
  { mode = 0o600 }: { mode?: number } = {},
): Promise<void> {
  await requirePlainFile(path);
  const folder = dirname(path);
  const temporary = join(folder, `.${basename(path)}.${randomBytes(6).toString('hex')}`);
  const file = await open(temporary, 'wx', mode);
  try {
    try {
      await file.chmod(mode); // the umask may have taken bits away
      await file.writeFile(data);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await unlink(temporary).catch(() => undefined); // the first failure is the one to report
    throw error;
  }
  await syncFolder(folder);
}

async function requirePlainFile(path: string): Promise<void> {
  const present = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (present === undefined || present.isFile()) return;
  throw new CodedError(
    'not_a_file',
    `${path} is a ${present.isDirectory() ? 'folder' : 'device or pipe'}, not a file`,
    {
      hint: 'Name a file to write, new or existing.',
    },
  );
}

/** What systems and network file systems say that do not sync folders, or do not let this user read one. */
const NO_FOLDER_SYNC = ['EACCES', 'EINVAL', 'ENOTSUP', 'EPERM'];

/** The file is in its place by now: where folders cannot be synced, that is all there is to be had. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return; // folders cannot be opened there
  try {
    const handle = await open(folder, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (!NO_FOLDER_SYNC.includes(systemErrorCode(error) ?? '')) throw error;
  }
}
