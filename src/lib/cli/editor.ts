import { spawn } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeFileAtomic } from '../util/atomic-file.js';
import { CodedError } from '../util/coded-error.js';
import type { Io } from './io.js';

/** A text that is being edited, in a file of its own that only its owner can read. */
export interface EditedFile {
  readonly path: string;
  write(text: string): Promise<void>;
  read(): Promise<string>;
  remove(): Promise<void>;
}

/** @param name what the file is called, for people and for editors that look at the extension. */
export async function createEditedFile(name: string, text: string): Promise<EditedFile> {
  const folder = await mkdtemp(join(tmpdir(), 'tctl-edit-'));
  await chmod(folder, 0o700);
  const path = join(folder, name);
  const file: EditedFile = {
    path,
    write: (content) => writeFileAtomic(path, content, { mode: 0o600 }),
    async read() {
      await chmod(path, 0o600); // some editors put a new file in its place
      return readFile(path, 'utf8');
    },
    remove: () => rm(folder, { recursive: true }),
  };
  await file.write(text);
  return file;
}

/**
 * Runs the person's editor on a file: TELEPORT_EDITOR, VISUAL or EDITOR, else vi or nano (cli §1.8).
 * @throws CodedError `editor_failed`
 */
export async function runEditor(path: string, { env }: Pick<Io, 'env'>): Promise<void> {
  const wanted = env.TELEPORT_EDITOR || env.VISUAL || env.EDITOR;
  const candidates = wanted ? [wanted] : process.platform === 'win32' ? ['notepad'] : ['vi', 'nano'];
  for (const candidate of candidates) {
    if (await start(candidate.split(/\s+/).filter(Boolean), path, env)) return;
  }
  throw new CodedError('editor_failed', `the editor ${candidates.join(' or ')} cannot be started`, {
    hint: 'Name one that is installed, for example with EDITOR=nano',
  });
}

/** @returns whether there is such a program. */
async function start([program = '', ...args]: string[], path: string, env: Io['env']): Promise<boolean> {
  const child = spawn(program, [...args, path], { stdio: 'inherit', env: { ...env } });
  const ignore = () => undefined; // Ctrl-C in the editor is the editor's
  process.on('SIGINT', ignore);
  try {
    const status = await new Promise<number | string | undefined>((resolve, reject) => {
      child.once('error', (error: NodeJS.ErrnoException) =>
        error.code === 'ENOENT' || error.code === 'EACCES' ? resolve(undefined) : reject(error),
      );
      child.once('exit', (code, signal) => resolve(code ?? signal ?? 1));
    });
    if (status !== undefined && status !== 0) {
      throw new CodedError('editor_failed', `the editor ${program} ended with ${status}; nothing was sent`);
    }
    return status === 0;
  } finally {
    process.off('SIGINT', ignore);
  }
}
