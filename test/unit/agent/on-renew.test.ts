import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';
import { runOnRenew } from '../../../src/lib/agent/on-renew.js';
import { removeFoldersAfterEach, temporaryFolder } from '../../helpers/temporary-folder.js';

removeFoldersAfterEach();

const env = { PATH: process.env.PATH };

describe('the command of on_renew', () => {
  it('gets its arguments as they are, and the environment without the secrets of the agent', async () => {
    const file = join(await temporaryFolder(), 'seen');
    const secrets = ['TELEPORT_BOT_TOKEN', 'TBOT_REGISTRATION_SECRET', 'TBOT_BOUND_KEYPAIR_STATIC_KEY', 'TBOT_CONFIG'];
    const held = Object.fromEntries(secrets.map((name) => [name, 'hidden']));
    await runOnRenew(['sh', '-c', 'echo "$1" > "$0"; env >> "$0"', file, 'a b; $(c)'], {
      env: { ...env, ...held, KEPT: 'kept' },
    });

    const seen = await readFile(file, 'utf8');
    expect(seen).toMatch(/^a b; \$\(c\)\n/);
    expect(seen).toMatch(/^KEPT=kept$/m);
    expect(seen).not.toMatch(/hidden/);
  });

  it.each([
    [['sh', '-c', 'exit 3'], 'ended with status 3'],
    [['sh', '-c', 'kill -TERM $$'], 'ended with SIGTERM'],
    [['/nonexistent/program'], 'cannot be run'],
  ])('fails with its reason: %j', async (command, reason) => {
    await expect(runOnRenew(command, { env })).rejects.toMatchObject({
      code: 'on_renew_failed',
      message: expect.stringContaining(reason),
    });
  });

  it('is killed when it does not end', async () => {
    await expect(runOnRenew(['sleep', '600'], { env, timeoutMs: 100 })).rejects.toMatchObject({
      code: 'on_renew_failed',
      message: 'the on_renew command sleep ended with SIGKILL, after 0.1 s',
    });
  });
});
