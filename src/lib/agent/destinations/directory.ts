import type { Stats } from 'node:fs';
import { lstat, mkdir, readdir, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, join, parse, resolve, sep } from 'node:path';

import { type FileToWrite, TEMPORARY_NAME, writeFilesAtomic } from '../../util/atomic-file.js';
import { CodedError } from '../../util/coded-error.js';
import { systemErrorCode } from '../../util/system-error.js';
import { type Grant, SHARED_FILE_MODE, SHARED_FOLDER_MODE, setAccessList } from '../access-list.js';
import { lockFile } from '../lock.js';
import { errorText, type Logger } from '../logs.js';
import type { Artifacts, Destination, LeftoverJudge } from './destination.js';

/** `insecure` follows symbolic links; the others refuse one anywhere in the path (tbot §3.2). */
export type SymlinkMode = 'insecure' | 'try-secure' | 'secure';

/** Whether `readers` are let in: not, if it can be done, or in any case (tbot §3.2). */
export type AclMode = 'off' | 'try' | 'required';

/** Writes files so that nobody sees a part of one. Tests put a fault in here. */
export type FileWriter = (files: readonly FileToWrite[]) => Promise<void>;

export interface DirectoryOptions {
  symlinks?: SymlinkMode;
  acls?: AclMode;
  /** Who may read the files beside the agent. */
  readers?: readonly Grant[];
  /** Told when readers are not let in. */
  log?: Logger;
  writeFiles?: FileWriter;
}

const LOCK_FILE = 'lock';
const WRITE_PROBE = '.write-test';
const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;
const OTHERS_WRITE = 0o002;

/** A folder. Every write is atomic: a temporary file, fsync, rename, fsync of the folder. */
export class DirectoryDestination implements Destination {
  readonly label: string;
  readonly path: string;
  readonly isPersistent = true;
  readonly #symlinks: SymlinkMode;
  readonly #acls: AclMode;
  readonly #readers: readonly Grant[];
  readonly #log: Logger | undefined;
  readonly #writeFiles: FileWriter;
  /** The readers have been let in. */
  #isShared = false;
  #fileMode = FILE_MODE;
  #folderMode = FOLDER_MODE;

  constructor(
    path: string,
    { symlinks = 'try-secure', acls = 'off', readers = [], log, writeFiles = writeFilesAtomic }: DirectoryOptions = {},
  ) {
    this.path = resolve(path);
    this.label = `directory ${this.path}`;
    this.#symlinks = symlinks;
    this.#acls = readers.length === 0 ? 'off' : acls;
    this.#readers = readers;
    this.#log = log;
    this.#writeFiles = writeFiles;
  }

  async init(): Promise<void> {
    await this.write({ [WRITE_PROBE]: '' });
    if (this.#acls !== 'off') await this.#letReadersIn();
  }

  async #letReadersIn(): Promise<void> {
    try {
      await setAccessList(this.path, this.#readers);
      this.#isShared = true;
      this.#fileMode = SHARED_FILE_MODE;
      this.#folderMode = SHARED_FOLDER_MODE;
    } catch (error) {
      if (this.#acls === 'required') throw error;
      this.#log?.warn('the readers of the output are not let in', { error: errorText(error) });
    }
  }

  async read(name: string): Promise<string | undefined> {
    const path = this.#pathOf(name);
    await this.#refuseLinks(path);
    try {
      return await readFile(path, 'utf8');
    } catch (cause) {
      if (systemErrorCode(cause) === 'ENOENT') return undefined;
      throw this.#explain('read', path, cause);
    }
  }

  async write(artifacts: Artifacts): Promise<void> {
    try {
      await this.#makeFolders(Object.keys(artifacts));
      await this.#writeFiles(
        await Promise.all(Object.entries(artifacts).map(([name, data]) => this.#fileOf(this.#pathOf(name), data))),
      );
    } catch (cause) {
      throw this.#explain('written to', this.path, cause);
    }
  }

  /** A folder that somebody has removed is made again, with its readers. */
  async #makeFolders(names: readonly string[]): Promise<void> {
    await this.#refuseLinks(this.path);
    if ((await mkdir(this.path, { recursive: true, mode: FOLDER_MODE })) !== undefined && this.#isShared)
      await this.#letReadersIn();
    for (const folder of new Set(names.map((name) => dirname(this.#pathOf(name))))) {
      await this.#refuseLinks(folder);
      await mkdir(folder, { recursive: true, mode: this.#folderMode });
    }
  }

  /**
   * What an administrator has let others do with a file stays so: its mode, and whom it belongs to. In a folder that anybody
   * may write to, anybody may have made the file.
   */
  async #fileOf(path: string, data: string): Promise<FileToWrite> {
    await this.#refuseLinks(path);
    const target = this.#symlinks === 'insecure' ? await realpath(path).catch(() => path) : path;
    const present = await stat(target).catch(() => undefined);
    const isOpen = ((await stat(dirname(target))).mode & OTHERS_WRITE) !== 0;
    if (present === undefined || isOpen) return { path: target, data, mode: this.#fileMode };
    return { path: target, data, mode: present.mode & 0o777, owner: { uid: present.uid, gid: present.gid } };
  }

  async remove(name: string): Promise<void> {
    const path = this.#pathOf(name);
    await this.#refuseLinks(path);
    await rm(path, { force: true });
  }

  async settle(judge: LeftoverJudge): Promise<void> {
    for (const entry of await readdir(this.path, { withFileTypes: true })) {
      const name = TEMPORARY_NAME.exec(entry.name)?.[1];
      if (name === undefined || !entry.isFile()) continue;
      const path = this.#pathOf(entry.name);
      const verdict = await judge(name, () => readFile(path, 'utf8'));
      if (verdict === 'whole') await rename(path, this.#pathOf(name));
      if (verdict === 'cut off') await rm(path, { force: true });
    }
  }

  async lock(): Promise<{ release(): void }> {
    const path = this.#pathOf(LOCK_FILE);
    await this.#refuseLinks(path);
    return lockFile(path);
  }

  #pathOf(name: string): string {
    return join(this.path, name);
  }

  /** The check is by name, before the use: enough against a link that was put there, as folders belong to the agent. */
  async #refuseLinks(path: string): Promise<void> {
    if (this.#symlinks === 'insecure') return;
    const { root } = parse(path);
    let current = root;
    for (const part of path.slice(root.length).split(sep)) {
      current = join(current, part);
      let found: Stats;
      try {
        found = await lstat(current);
      } catch (cause) {
        if (systemErrorCode(cause) === 'ENOENT') return;
        throw this.#explain('looked at', current, cause);
      }
      if (found.isSymbolicLink())
        throw new CodedError(
          'destination_symlink',
          `${current} is a symbolic link, which symlinks: ${this.#symlinks} refuses`,
          {
            hint: 'Name the real path, or set "symlinks: insecure" if nobody else can change the link.',
          },
        );
    }
  }

  #explain(what: string, path: string, cause: unknown): unknown {
    if (cause instanceof CodedError) return cause;
    const code = systemErrorCode(cause);
    return new CodedError('destination_failed', `${path} cannot be ${what} (${code ?? String(cause)})`, {
      cause,
      hint: 'Check the owner and the permissions of the folder, and that its disk has room.',
    });
  }
}
