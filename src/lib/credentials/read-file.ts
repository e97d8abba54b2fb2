import { readFileSync } from 'node:fs'; // credentials are small, and loading node:fs/promises takes longer than reading them

import { systemErrorCode } from '../util/system-error.js';
import { CredentialError } from './credentials.js';

/**
 * Reads a text file of credentials.
 * @param what names the file in errors, for example `identity file`.
 * @throws CredentialError `credentials_missing_file` or `credentials_unreadable`.
 */
export async function readCredentialFile(path: string, what: string): Promise<string> {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw describeReadFailure(error, path, what);
  }
}

/** Like {@link readCredentialFile}, with undefined for a file that does not exist. */
export async function readOptionalFile(path: string, what: string): Promise<string | undefined> {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const code = systemErrorCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw describeReadFailure(error, path, what);
  }
}

function describeReadFailure(error: unknown, path: string, what: string): CredentialError {
  const code = systemErrorCode(error);
  if (code === 'ENOENT' || code === 'ENOTDIR')
    return new CredentialError('credentials_missing_file', `${what} ${path} does not exist`, {
      path,
      cause: error,
      hint: 'Check the path.',
    });
  if (code === 'EISDIR')
    return new CredentialError('credentials_unreadable', `${what} ${path} is a folder`, {
      path,
      cause: error,
      hint: 'Name a file.',
    });
  const why = code === 'EACCES' || code === 'EPERM' ? 'no permission' : (code ?? String(error));
  return new CredentialError('credentials_unreadable', `${what} ${path} cannot be read: ${why}`, {
    path,
    cause: error,
    hint: 'Run as the user that owns it, or give yourself read access.',
  });
}
