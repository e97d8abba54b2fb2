import { spawn } from 'node:child_process';
import { closeSync } from 'node:fs';
import { open } from 'node:fs/promises';

import { CodedError } from '../util/coded-error.js';
import { systemErrorCode } from '../util/system-error.js';

/** Exit status of flock(1) when another process holds the lock. */
const HELD = 1;

/**
 * Takes an exclusive flock(2) lock on a file, as the real tool does, without waiting. Node has no call for it; flock(1) of
 * util-linux locks the open file that it inherits, and the lock stays with this process when that program has ended.
 * The kernel gives the lock up with the process, however it ends.
 * @throws CodedError `storage_locked` when another process has it, `lock_unsupported` when it cannot be taken at all
 */
export async function lockFile(path: string): Promise<{ release(): void }> {
  const { fd } = await openLock(path);
  try {
    const status = await runFlock(fd);
    if (status === 0) return { release: () => closeSync(fd) };
    throw status === HELD
      ? new CodedError('storage_locked', `${path} is locked by another process: is tbot already running?`, {
          hint: 'Two agents cannot share a storage folder: stop the other one, or give this one a folder of its own.',
        })
      : new CodedError('lock_unsupported', `${path} cannot be locked (flock ended with status ${status})`);
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

async function openLock(path: string): Promise<{ fd: number }> {
  try {
    const { openSync } = process.getBuiltinModule('node:fs');
    await (await open(path, 'a', 0o600)).close(); // made if it is not there, never emptied
    return { fd: openSync(path, 'r+') };
  } catch (cause) {
    throw new CodedError(
      'destination_failed',
      `${path} cannot be opened (${systemErrorCode(cause) ?? String(cause)})`,
      {
        cause,
      },
    );
  }
}

function runFlock(fd: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn('flock', ['--exclusive', '--nonblock', '3'], { stdio: ['ignore', 'ignore', 'ignore', fd] });
    child.once('error', (cause) =>
      reject(
        new CodedError('lock_unsupported', 'the program flock, which locks the storage folder, cannot be run', {
          cause,
          hint: 'Install util-linux, or use "storage: {type: memory}".',
        }),
      ),
    );
    child.once('exit', (status) => resolve(status ?? -1));
  });
}
