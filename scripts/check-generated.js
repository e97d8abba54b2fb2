// Makes every generated file again and fails when one differs from what is committed or present:
// the protobuf code, oclif's manifest, the command reference and the manual pages.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const generated = ['src/lib/gen', 'oclif.manifest.json', 'docs/commands.md', 'man', 'package.json'];

function run(command, args) {
  return spawnSync(command, args, { cwd: root, encoding: 'utf8', shell: process.platform === 'win32' });
}

/** The content ids of all generated files as they lie in the working tree, one line a file. */
function fingerprint() {
  const files = run('git', ['ls-files', '--cached', '--others', '--exclude-standard', '--', ...generated]).stdout;
  const names = files.split('\n').filter((name) => name !== '');
  return names.map((name) => `${name} ${run('git', ['hash-object', '--', name]).stdout.trim()}`);
}

const before = fingerprint();
for (const script of ['generate', 'manifest', 'command-reference', 'man']) {
  const { status, stdout, stderr } = run('npm', ['run', '-s', script]);
  if (status !== 0) {
    console.error(`npm run ${script} failed:\n${stdout}${stderr}`);
    process.exit(1);
  }
}
const stale = fingerprint().filter((line) => !before.includes(line));
if (stale.length > 0) {
  console.error(
    `Out of date, and now made again; commit them:\n${stale.map((line) => `  ${line.split(' ')[0]}`).join('\n')}`,
  );
  process.exit(1);
}
