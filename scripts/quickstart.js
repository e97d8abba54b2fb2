// From a fresh clone to both guides: installs, builds, and runs the steps on an embedded cluster that lives
// for as long as they take. Runs on whatever Node the machine has; the steps run on the project's own.
import { spawnSync } from 'node:child_process';
import { delimiter } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const env = { ...process.env, PATH: `${root}node_modules/.bin${delimiter}${process.env.PATH}` };

function run(command, args) {
  const { status } = spawnSync(command, args, {
    cwd: root,
    stdio: 'inherit',
    env,
    shell: process.platform === 'win32',
  });
  if (status !== 0) process.exit(status ?? 1);
}

await import('./ensure-installed.js');
console.log('Building …');
run('npm', ['run', '-s', 'build']);
console.log('Starting an embedded cluster in a temporary folder, on free loopback ports …');
run('node', ['bin/run.js', 'dev', '--ephemeral', '--', 'node', 'scripts/quickstart-steps.js']);
