import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunningCluster } from '../../src/lib/cluster/index.js';
import { startTestCluster } from '../helpers/cluster.js';
import { adminEnv, runCli } from '../helpers/run-cli.js';
import { boundKeypair } from '../helpers/since-release.js';

const BOT = 'kind: bot\nversion: v1\nmetadata:\n  name: example\nspec:\n  roles: []\n';
const TOKEN = `kind: token
version: v2
metadata:
  name: example
spec:
  roles: [Bot]
  bot_name: example
  join_method: bound_keypair
  bound_keypair:
    recovery:
      mode: standard
      limit: 1
`;

let cluster: RunningCluster;
let folder: string;

beforeAll(async () => {
  cluster = await startTestCluster();
  folder = await mkdtemp(join(tmpdir(), 'guides-'));
  await writeFile(join(folder, 'bot.yaml'), BOT);
  await writeFile(join(folder, 'token-example.yaml'), TOKEN);
});

afterAll(async () => {
  await cluster.stop();
  await rm(folder, { recursive: true });
});

async function tctl(...args: string[]): Promise<string> {
  const { status, stdout, stderr } = await runCli(args, { cwd: folder, env: adminEnv(cluster) });
  expect({ status, stderr }).toMatchObject({ status: 0 });
  return stdout;
}

describe('the guide to a bot with a join token', () => {
  it('shows the cluster, through the auth service and, with a profile, through the proxy', async () => {
    const direct = await tctl('status');
    const proxied = await runCli(['status'], { env: { TELEPORT_HOME: cluster.tshHome } });

    expect(direct).toMatch(/^Cluster: example\.test/);
    expect(proxied).toMatchObject({ status: 0, stdout: direct });
  });

  it('makes a bot and prints the tbot command that joins as it', async () => {
    const text = await tctl('bots', 'add', 'robot');

    const [secret] = /[0-9a-f]{32}/.exec(text) ?? [];
    expect(text).toContain(
      `--token=${secret} \\\n   --proxy-server=${cluster.proxyAddress} \\\n   --join-method=token\n`,
    );
    expect(await tctl('tokens', 'ls', '--format=text', '--with-secrets')).toBe(`${secret}\n`);
  });
});

boundKeypair.describe('the guide to a bot with a bound key pair', () => {
  it('creates the bot and its token, and reads the registration secret', async () => {
    expect(await tctl('create', 'bot.yaml')).toBe('bot "example" has been created\n');
    expect(await tctl('create', '-f', 'token-example.yaml')).toBe('provision_token "example" has been created\n');

    const [token] = JSON.parse(await tctl('get', 'token/example', '--format=json'));
    const secret = token.status.bound_keypair.registration_secret;

    expect(secret).toMatch(/^[0-9a-f]{32}$/);
    expect(await tctl('tokens', 'secret', 'example')).toBe(`${secret}\n`);
  });

  it('keeps the secret when the token is written again', async () => {
    const secret = await tctl('tokens', 'secret', 'example');

    await tctl('create', '-f', 'token-example.yaml');

    expect(await tctl('tokens', 'secret', 'example')).toBe(secret);
  });

  it('puts the secret into a file that only its owner can read, and prints nothing', async () => {
    const file = join(folder, 'secret');

    expect(await tctl('tokens', 'secret', 'example', '--out', file)).toBe('');

    expect(await readFile(file, 'utf8')).toBe(await tctl('tokens', 'secret', 'example'));
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  it('says how such a bot is started', async () => {
    await tctl('rm', 'bot/example');

    const text = await tctl('bots', 'add', 'example', '--token=example');

    expect(text).toContain('> tctl tokens secret example --out=./example.secret\n');
    expect(text).toMatch(
      /> tbot start identity [\s\S]*--join-method=bound_keypair \\\n {3}--registration-secret-path=/,
    );
  });
});
