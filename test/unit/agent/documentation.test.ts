import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { beforeAll, describe, expect, it } from '@jest/globals';
import { parseConfig } from '../../../src/lib/agent/config.js';
import { GLOBAL_FLAGS, LEGACY_FLAGS } from '../../../src/lib/agent/flags.js';
import { COMMANDS } from '../../../src/lib/agent/tbot/index.js';

let page: string;
beforeAll(async () => {
  page = await readFile(join(import.meta.dirname, '../../../docs/tbot.md'), 'utf8');
});

describe('docs/tbot.md', () => {
  it('names every command, and every variable of the flags', () => {
    for (const { words } of COMMANDS.filter(({ words }) => !/^(start|configure) /.test(words)))
      expect(page).toContain(`\`tbot ${words}`);
    for (const { env } of Object.values({ ...GLOBAL_FLAGS, ...LEGACY_FLAGS }))
      if (env !== undefined) expect(page).toContain(`\`${env}\``);
  });

  it('shows configurations that are accepted, alone or put together', async () => {
    const blocks = [...page.matchAll(/```yaml\n(.*?)```/gs)].map(([, text = '']) => text);
    const whole = blocks.find((text) => text.startsWith('version: v2')) ?? '';
    const onboarding = blocks.find((text) => text.startsWith('onboarding:')) ?? '';
    const outputs = blocks.find((text) => text.startsWith('outputs:')) ?? '';
    const destination = blocks.find((text) => text.trimStart().startsWith('destination:')) ?? '';
    const withOutput = whole.replace('outputs: []\n', `outputs:\n- type: identity\n${destination}`);

    for (const text of [whole, whole.replace('outputs: []\n', outputs), withOutput])
      expect((await parseConfig(text, 'tbot.yaml')).proxyServer).toBe('teleport.example.com:443');
    expect((await parseConfig(withOutput, 'tbot.yaml')).services).toMatchObject([
      { destination: { path: '/opt/app/id', acls: 'required', readers: [{ user: 'app' }, { group: 'deploy' }] } },
    ]);
    expect(await parseConfig(`version: v2\n${onboarding}`, 'tbot.yaml')).toMatchObject({
      onboarding: { joinMethod: 'bound_keypair', token: 'example' },
    });
  });
});
