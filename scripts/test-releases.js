// Runs the end-to-end tests against embedded clusters that say to be other releases than the usual one, and prints a table.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const RELEASES = ['16.5.3', '17.7.1', '18.0.0', '18.2.3', '19.0.0'];

const root = fileURLToPath(new URL('..', import.meta.url));
const asked = process.argv.slice(2);
let failed = false;
for (const release of asked.length > 0 ? asked : RELEASES) {
  const file = `.build/release-${release}.json`;
  const { status } = spawnSync(
    'node',
    [
      '--experimental-vm-modules',
      '--no-warnings',
      'node_modules/jest/bin/jest.js',
      'test/e2e',
      '--json',
      `--outputFile=${file}`,
    ],
    { cwd: root, stdio: ['ignore', 'ignore', 2], env: { ...process.env, EMBEDDED_CLUSTER_VERSION: release } },
  );
  const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(readFileSync(`${root}${file}`, 'utf8'));
  console.log(`${release}: ${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests} skipped`);
  failed ||= status !== 0;
}
process.exitCode = failed ? 1 : 0;
