// Runs on whatever Node the machine has (20 or newer): installs the locked packages when they are missing or
// out of date. Among them is the Node that every other script runs on.
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

/** The packages that a lock file names, with their versions; npm keeps the installed state in the same form. */
function lockedVersions(path) {
  if (!existsSync(path)) return undefined;
  const { packages } = JSON.parse(readFileSync(path, 'utf8'));
  return new Map(Object.entries(packages).map(([name, { version, optional }]) => [name, { version, optional }]));
}

function isInstalled() {
  const wanted = lockedVersions(`${root}package-lock.json`);
  const present = lockedVersions(`${root}node_modules/.package-lock.json`);
  if (present === undefined) return false;
  wanted.delete('');
  return [...wanted].every(([name, { version, optional }]) => {
    const found = present.get(name);
    return found === undefined ? optional === true : found.version === version;
  });
}

if (!isInstalled()) {
  console.error('Installing the locked packages (npm ci) …');
  const { status } = spawnSync('npm', ['ci', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    stdio: ['ignore', 2, 2],
    shell: process.platform === 'win32',
  });
  if (status !== 0) {
    console.error('npm ci failed; its message stands above.');
    process.exit(1);
  }
}
