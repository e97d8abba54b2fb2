import { readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunningCluster } from '../../src/lib/cluster/index.js';
import { startTestCluster } from '../helpers/cluster.js';
import { finished } from '../helpers/run-cli.js';
import { runTbot, startTbot } from '../helpers/run-tbot.js';
import { newBotToken, newMachine } from '../helpers/tbot-machine.js';
import { removeFoldersAfterEach, temporaryFolder } from '../helpers/temporary-folder.js';

removeFoldersAfterEach();

let cluster: RunningCluster;
beforeAll(async () => {
  cluster = await startTestCluster();
});
afterAll(() => cluster.stop());

let bots = 0;

/** Makes a bot and a configuration that joins as it, with one identity output. @param more keys of its destination, its storage, more lines */
async function configure(more: { destination?: string; storage?: string; config?: string } = {}) {
  const token = await newBotToken(cluster, `bot${++bots}`);
  return newMachine({
    authServer: cluster.authAddress,
    onboarding: `{join_method: token, token: ${token}}`,
    storage: more.storage,
    outputs: `[{type: identity, destination: {type: directory, path: FOLDER/out${more.destination ?? ''}}}]`,
    more: more.config,
  });
}

function freePort(): Promise<number> {
  const server = createServer();
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}

describe('tbot', () => {
  it('is waited for until its outputs are written', async () => {
    const { folder, config } = await configure({ config: `diag_addr: 127.0.0.1:${await freePort()}` });
    const waiting = runTbot(['wait', '-c', config, '--timeout=60s']);
    const agent = startTbot(['start', '-c', config]);
    const ended = finished(agent);
    try {
      expect(await waiting).toMatchObject({ status: 0, stdout: '' });
      expect(await readFile(join(folder, 'out/identity'), 'utf8')).toContain('PRIVATE KEY');
      const misspelt = await runTbot(['wait', '-c', config, '--service=identty']);
      expect(misspelt).toMatchObject({ status: 1, stderr: expect.stringContaining('Did you mean identity?') });
    } finally {
      agent.kill('SIGTERM');
    }
    expect(await ended).toMatchObject({ status: 0 });
  }, 120_000);

  it('refuses to start when readers are required and there is no program for access lists', async () => {
    const { config } = await configure({
      destination: ', acls: required, readers: [{user: "65534"}]',
      storage: '{type: memory}', // a folder would want another program
    });

    expect(await runTbot(['start', '-c', config, '--oneshot'], { PATH: '/usr/sbin-without-programs' })).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/ERROR: .*setfacl is missing\n {2}Install it \(package "acl"\)/),
    });
  }, 60_000);

  it('makes a static key in a file that only its owner reads, and prints the public half', async () => {
    const path = join(await temporaryFolder(), 'key.pem');
    const args = ['keypair', 'create', '--static', '--static-key-path', path, '--proxy-server', cluster.proxyAddress];
    const made = await runTbot([...args, '--format=json'], { SSL_CERT_FILE: cluster.proxyCaFile });

    expect(made.status).toBe(0);
    expect(JSON.parse(made.stdout)).toEqual({ public_key: expect.stringMatching(/^ssh-ed25519 /) });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const again = await runTbot(args, { SSL_CERT_FILE: cluster.proxyCaFile });
    expect(again).toMatchObject({ status: 1, stderr: expect.stringContaining('is there already\n  --overwrite') });
  }, 60_000);

  it.each([
    [['strat'], /^ERROR: unknown command "strat"\n {2}Did you mean "tbot start"\?\n$/],
    [['start', '--onshot'], /^ERROR: unknown flag --onshot\n {2}Did you mean --oneshot\?\n$/],
    [['db', 'ls'], /^ERROR: db ls is not supported by this tool\n/],
    [['start', '--trace'], /^ERROR: the flag --trace is not supported by this tool\n/],
    [
      ['ssh-proxy-command', '--destination-dir=/nowhere', '--proxy-server=p:1', '--user=u', '--host=h'],
      /\/nowhere\/identity/,
    ],
  ])('%j fails with status 1 and a reason', async (args, reason) => {
    expect(await runTbot(args)).toMatchObject({ status: 1, stdout: '', stderr: expect.stringMatching(reason) });
  });

  it('prints help on standard output, with status 0', async () => {
    for (const args of [['--help'], ['help', 'start', 'identity'], ['install', '--help']])
      expect(await runTbot(args)).toMatchObject({
        status: 0,
        stdout: expect.stringMatching(/^Usage: tbot /),
        stderr: '',
      });
  }, 30_000);
});
