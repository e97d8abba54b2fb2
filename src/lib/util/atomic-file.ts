import { randomBytes } from 'node:crypto';
import { type FileHandle, open, rename, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { CodedError } from './coded-error.js';
import { systemErrorCode } from './system-error.js';

/** Names of the temporary files of {@link writeFileAtomic}, which a process that is killed leaves behind; group 1: the file meant. */
export const TEMPORARY_NAME = /^\.(.+)\.[0-9a-f]{12}$/;

/** A file to write. */
export interface FileToWrite {
  path: string;
  data: string | Uint8Array;
  /** Permission bits of the new file; 0600 unless given, because most such files hold secrets. */
  mode?: number;
  /** Whom the new file is to belong to: this process unless given, or where the system does not allow it. */
  owner?: { uid: number; gid: number };
}

/**
 * Writes a file so that a reader, or a start after a crash, sees the old content or the new, never a part:
 * a temporary file in the same folder, fsync, rename, fsync of the folder.
 * @throws CodedError `not_a_file` where the path leads to a folder, device or pipe: a rename would put a file in its place.
 */
export async function writeFileAtomic(
  path: string,
  data: string | Uint8Array,
  options: Pick<FileToWrite, 'mode' | 'owner'> = {},
): Promise<void> {
  await writeFilesAtomic([{ path, data, ...options }]);
}

/**
 * The same for files that belong together, such as a key and its certificate: all are whole on the disk before the first takes
 * its place. One that cannot be written, as on a full disk, leaves every old file where it was.
 */
export async function writeFilesAtomic(files: readonly FileToWrite[]): Promise<void> {
  const written = await Promise.allSettled(files.map(writeBeside)); // at once, for each waits for the disk
  const temporaries = written.map((one) => (one.status === 'fulfilled' ? one.value : undefined));
  try {
    for (const one of written) if (one.status === 'rejected') throw one.reason;
    for (const [index, { path }] of files.entries()) await rename(temporaries[index] as string, path);
  } catch (error) {
    for (const path of temporaries) if (path !== undefined) await unlink(path).catch(() => undefined); // the first failure counts
    throw error;
  }
  for (const folder of new Set(files.map(({ path }) => dirname(path)))) await syncFolder(folder);
}

/** @returns the path of a temporary file beside the one that is meant, with its content, mode and owner */
async function writeBeside({ path, data, mode = 0o600, owner }: FileToWrite): Promise<string> {
  await requirePlainFile(path);
  const temporary = join(dirname(path), `.${basename(path)}.${randomBytes(6).toString('hex')}`);
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      if (owner !== undefined) await giveTo(file, owner);
      await file.chmod(mode); // the umask may have taken bits away
      await file.writeFile(data);
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (cause) {
    await unlink(temporary).catch(() => undefined);
    const error = cause as NodeJS.ErrnoException; // of the file system, all of them
    error.message = error.message.replaceAll(temporary, path); // that is the file people know
    throw error;
  }
  return temporary;
}

/** Only root gives files away; everybody else still chooses among their own groups. */
async function giveTo(file: FileHandle, { uid, gid }: { uid: number; gid: number }): Promise<void> {
  for (const user of [uid, SAME]) {
    try {
      return await file.chown(user, gid);
    } catch (error) {
      if (systemErrorCode(error) !== 'EPERM') throw error;
    }
  }
}

const SAME = -1;

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
