import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import { describe, expect, it } from '@jest/globals';
import { finished } from '../helpers/run-cli.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

describe('npm run quickstart', () => {
  it('goes through both guides, until tctl uses an identity that tbot has written', async () => {
    const args = ['bin/run.js', 'dev', '--ephemeral', '--', process.execPath, 'scripts/quickstart-steps.js'];
    const { status, stdout, stderr } = await finished(spawn(process.execPath, args, { cwd: root }));

    expect({ status, stderr }).toMatchObject({ status: 0, stderr: expect.stringContaining('wrote every output') });
    const lastStep = stdout.slice(stdout.lastIndexOf('\n$ '));
    expect(lastStep).toMatch(
      /^\n\$ tctl --auth-server \S+ -i robot-identity\/identity status\nCluster: embedded\.test/,
    );
  }, 120_000);
});
