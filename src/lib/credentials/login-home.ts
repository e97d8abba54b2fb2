import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type TshLogin, tshHomeFiles } from '../crypto/index.js';
import { writeFileAtomic } from '../util/atomic-file.js';
import { CodedError } from '../util/coded-error.js';
import { systemErrorCode } from '../util/system-error.js';
import { readOptionalFile } from './read-file.js';

/** Parts of file names, which come from a server. */
const SAFE_NAME = /^[0-9A-Za-z@_.+:%-]+$/;

/**
 * Writes a login into a tsh home, beside those that are there, and makes it the current one. Files are for the owner
 * alone, and each is replaced as a whole.
 * @returns path of the profile
 * @throws CodedError `bad_answer` for names that cannot be names of files
 */
export async function saveLogin(home: string, login: TshLogin): Promise<string> {
  for (const name of [login.username, login.clusterName, login.proxyHost]) {
    if (SAFE_NAME.test(name) && !/^\.+$/.test(name)) continue;
    throw new CodedError('bad_answer', `the cluster gave a name that no file can have: ${JSON.stringify(name)}`);
  }
  for (const { path, text } of tshHomeFiles(login)) {
    const target = join(home, path);
    await mkdir(dirname(target), { recursive: true, mode: 0o700 });
    await writeFileAtomic(target, path === 'known_hosts' ? await withKnownHosts(target, text) : text);
  }
  return join(home, `${login.proxyHost}.yaml`);
}

/** The lines that are there already, then the new ones. */
async function withKnownHosts(path: string, text: string): Promise<string> {
  const present = (await readOptionalFile(path, 'tsh known hosts')) ?? '';
  const lines = [...present.split('\n'), ...text.split('\n')].filter((line) => line !== '');
  return `${[...new Set(lines)].join('\n')}\n`;
}

/** Makes a login that is there the current one. @param profile host of the proxy */
export async function chooseLogin(home: string, profile: string): Promise<void> {
  const path = join(home, 'current-profile');
  if ((await readOptionalFile(path, 'tsh file'))?.trim() !== profile) await writeFileAtomic(path, `${profile}\n`);
}

/** A profile that was logged out. */
export interface LoggedOut {
  profile: string;
  username?: string;
}

/**
 * Removes logins from a tsh home: keys, certificates and profile. Known hosts and whatever else is in the folder stay.
 * @param profile host of the proxy; all profiles unless given
 * @returns what was logged out, which may be nothing
 */
export async function removeLogins(home: string, profile?: string): Promise<LoggedOut[]> {
  const profiles = (await namesIn(home)).flatMap((name) => (name.endsWith('.yaml') ? [name.slice(0, -5)] : []));
  const wanted = profile === undefined ? profiles : profiles.filter((name) => name === profile);
  const removed: LoggedOut[] = [];
  for (const name of wanted) {
    const path = join(home, `${name}.yaml`);
    const text = await readFile(path, 'utf8');
    if (!/^web_proxy_addr:/m.test(text)) continue; // not a profile, but somebody's own file
    const username = /^user: *"?([^"\n]*)"?$/m.exec(text)?.[1];
    await rm(join(home, 'keys', name), { recursive: true, force: true });
    await rm(path, { force: true });
    removed.push({ profile: name, ...(username === undefined ? {} : { username }) });
  }
  const current = join(home, 'current-profile');
  const currentName = (await readOptionalFile(current, 'tsh file'))?.trim();
  if (removed.some((one) => one.profile === currentName)) await rm(current, { force: true });
  return removed;
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (systemErrorCode(error) === 'ENOENT') return [];
    throw error;
  }
}
