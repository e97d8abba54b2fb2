// All that must hold before a change lands, in the order that fails fastest. `npm test` calls it.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

const steps = [
  ['lint and import rules', 'biome', ['check', '--error-on-warnings', '.']],
  ['types', 'tsc', ['-p', 'tsconfig.check.json']],
  ['build', 'npm', ['run', '-s', 'build']],
  ['generated code is up to date', 'node', ['scripts/check-generated.js']],
  [
    'tests',
    'node',
    [
      '--experimental-vm-modules',
      '--no-warnings',
      'node_modules/jest/bin/jest.js',
      '--json',
      '--outputFile=.build/jest-results.json',
    ],
  ],
];

rmSync(`${root}.build/jest-results.json`, { force: true });
for (const [title, command, args] of steps) {
  console.error(`\n== ${title}`);
  const started = Date.now();
  // With --json, jest prints the results on stdout as well; the file is enough.
  const stdio = title === 'tests' ? ['ignore', 'ignore', 2] : ['ignore', 2, 2];
  const { status } = spawnSync(command, args, { cwd: root, stdio, shell: process.platform === 'win32' });
  if (status !== 0) {
    console.error(`\n${title}: failed`);
    process.exit(1);
  }
  console.error(`${title}: ok (${((Date.now() - started) / 1000).toFixed(1)} s)`);
}
