import { CodedError } from '../util/coded-error.js';
import { runProgram } from './run-program.js';

/** Who may use the files of a folder beside its owner: a user or a group, by name or number. */
export interface Grant {
  user?: string;
  group?: string;
  /** Readers may not write. */
  isWriter?: boolean;
}

/** Permissions of what is made in a folder with an access list: their group part is the most that the list may give. */
export const SHARED_FILE_MODE = 0o640;
export const SHARED_FOLDER_MODE = 0o750;

/**
 * Sets the POSIX access list of a folder, of what is in it, and of what will be made in it: files that replace others get
 * their list from the folder as they are made, so that they are never without it. Node has no call for access lists; the
 * programs of the package "acl" have.
 * @throws CodedError `acl_failed`
 */
export async function setAccessList(folder: string, grants: readonly Grant[]): Promise<void> {
  const malformed = grants.map(({ user, group }) => user ?? group ?? '').find((name) => !/^[^\s,:]+$/.test(name));
  if (malformed !== undefined) throw failure(folder, `${JSON.stringify(malformed)} is no name of a user or group`);
  const list = entriesOf(grants);
  await setfacl(folder, ['--recursive', '--physical', '--set', list, folder]);
  await setfacl(folder, ['--recursive', '--physical', '--default', '--set', list, folder]);
}

/** With X, which lets folders be entered, and leaves files as they are. */
function entriesOf(grants: readonly Grant[]): string {
  const named = grants.map(({ user, group, isWriter }) => {
    const right = isWriter ? WRITER : READER;
    return user === undefined ? `g:${group}:${right}` : `u:${user}:${right}`;
  });
  const most = grants.some(({ isWriter }) => isWriter) ? WRITER : READER;
  return ['u::rwX', 'g::---', 'o::---', `m::${most}`, ...named].join(',');
}

const READER = 'rX';
const WRITER = 'rwX';

async function setfacl(folder: string, args: readonly string[]): Promise<void> {
  const { status, reason } = await runProgram('setfacl', args);
  if (status === 0) return;
  throw status === undefined
    ? failure(folder, 'the program setfacl is missing', 'Install it (package "acl"), or set "acls: off".')
    : failure(folder, reason);
}

function failure(folder: string, reason: string, hint?: string): CodedError {
  return new CodedError('acl_failed', `the access list of ${folder} cannot be set: ${reason}`, {
    hint:
      hint ?? 'Check the names of the readers, and that the file system has access lists; "acls: off" does without.',
  });
}
