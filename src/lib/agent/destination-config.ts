import { UsageError } from './command-line.js';
import type { SymlinkMode } from './destinations/directory.js';

export type DestinationConfig =
  | {
      type: 'directory';
      path: string;
      symlinks: SymlinkMode;
      acls: 'off' | 'try' | 'required';
      readers: { user?: string; group?: string }[];
    }
  | { type: 'memory' };

export function directory(path: string): DestinationConfig & { type: 'directory' } {
  return { type: 'directory', path, symlinks: 'try-secure', acls: 'try', readers: [] };
}

/** Reads a path, `file:/path`, `file:///path` or `memory://` (tbot §1.3). @throws UsageError */
export function parseDestination(text: string): DestinationConfig {
  const scheme = /^([a-z][a-z0-9+.-]*):/i.exec(text)?.[1]?.toLowerCase();
  if (scheme === undefined && text !== '') return directory(text);
  if (scheme === 'memory' && text.toLowerCase() === 'memory://') return { type: 'memory' };
  const file = /^file:(?:\/\/)?(\/(?!\/).*)$/i.exec(text)?.[1];
  if (file !== undefined) return directory(decodeFilePath(file, text));
  if (scheme === 'kubernetes-secret')
    throw new UsageError(
      'kubernetes-secret: destinations are not offered by this tbot',
      'Use the tbot of Teleport for it.',
    );
  throw new UsageError(`${JSON.stringify(text)} is no destination`, 'Write a path, file:///path or memory://.');
}

function decodeFilePath(path: string, text: string): string {
  try {
    return decodeURI(path);
  } catch {
    throw new UsageError(
      `${JSON.stringify(text)} is no destination`,
      'A % in file:///path stands for an encoded character.',
    );
  }
}
