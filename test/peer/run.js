// Runs the peer tests, which need real binaries: TELEPORT_PEER names the folder that holds them. Arguments go to jest.
import { spawnSync } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const binaries = process.env.TELEPORT_PEER;

if (!binaries) {
  console.log('Peer tests skipped: TELEPORT_PEER does not name a folder with the real tctl, tbot, tsh and teleport.');
} else {
  for (const name of ['tctl', 'tbot', 'tsh', 'teleport']) accessSync(join(binaries, name), constants.X_OK);
  run('scripts/build.js');
  run('--experimental-vm-modules', '--no-warnings', 'node_modules/jest/bin/jest.js', '-c', 'test/peer/jest.config.js');
}

function run(...args) {
  const jestArgs = args.includes('-c') ? process.argv.slice(2) : [];
  const { status } = spawnSync(process.execPath, [...args, ...jestArgs], { cwd: root, stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
