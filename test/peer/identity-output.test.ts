import { spawn } from 'node:child_process';
import { userInfo } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type RealCluster, startRealCluster } from '../helpers/peer-cluster.js';
import { runBinary } from '../helpers/peer-tools.js';
import { type CliRun, finished } from '../helpers/run-cli.js';
import { runTbot } from '../helpers/run-tbot.js';

let cluster: RealCluster;
let output: string;

beforeAll(async () => {
  cluster = await startRealCluster('example.test', { hasSshHost: true });
  const login = userInfo().username;
  const added = await cluster.tctl(['bots', 'add', 'shell', '--roles=access', `--logins=${login}`, '--format=json']);
  const { token_id: token } = JSON.parse(added.stdout) as { token_id: string };
  output = join(cluster.folder, 'out');
  const joined = await runTbot(
    [
      ...['start', 'identity', '--proxy-server', cluster.proxyAddress, '--oneshot', '--join-method=token'],
      ...['--token', token, '--storage', join(cluster.folder, 'bot'), '--destination', output],
    ],
    { SSL_CERT_FILE: cluster.proxyCaFile },
  );
  expect(joined).toMatchObject({ status: 0 });
}, 180_000);
afterAll(() => cluster.stop());

/** Runs OpenSSH with nothing but the output's own configuration. */
function ssh(args: string[], stdin?: string): Promise<CliRun> {
  return finished(spawn('ssh', ['-F', join(output, 'ssh_config'), ...args], { stdio: 'pipe' }), stdin);
}

describe('an identity output of our tbot', () => {
  it('lets ssh reach a host of the cluster by name, through our ssh-proxy-command', async () => {
    const host = ['-p', `${cluster.sshPort}`, 'localhost.example.test'];
    const text = 'x'.repeat(300_000);

    expect(await ssh([...host, 'wc -c'], text)).toMatchObject({ status: 0, stdout: '300000\n' });
  }, 60_000);

  it('lets ssh fail with a reason for a host that there is not', async () => {
    const failed = await ssh(['nosuch.example.test', 'true']);

    expect(failed).toMatchObject({
      status: 255,
      stderr: expect.stringMatching(/^ERROR: nosuch: .*\n.*\n? {2}The cluster must know/s),
    });
  }, 60_000);

  it('is taken by the real tsh and the real tctl', async () => {
    const identity = ['-i', join(output, 'identity')];
    const env = { SSL_CERT_FILE: cluster.proxyCaFile };
    const listed = await runBinary('tsh', [...identity, '--proxy', cluster.proxyAddress, 'ls', '--format=names'], {
      env,
    });
    expect(listed).toMatchObject({ status: 0, stdout: 'localhost\n' });
    const shell = ['-p', `${cluster.sshPort}`, `${userInfo().username}@localhost`, 'echo hello'];
    const said = await runBinary('tsh', [...identity, '--proxy', cluster.proxyAddress, 'ssh', ...shell], { env });
    expect(said).toMatchObject({ status: 0, stdout: 'hello\n' });
    const status = await runBinary('tctl', ['--auth-server', cluster.authAddress, ...identity, 'status']);
    expect(status).toMatchObject({ status: 0, stdout: expect.stringContaining('example.test') });
  }, 60_000);
});
