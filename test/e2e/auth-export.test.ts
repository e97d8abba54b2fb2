import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunningCluster } from '../../src/lib/cluster/index.js';
import { authorizedKeyLine, sshFingerprint } from '../../src/lib/crypto/index.js';
import { writeAuthHost } from '../helpers/auth-host.js';
import { startTestCluster } from '../helpers/cluster.js';
import { adminEnv, runCli } from '../helpers/run-cli.js';

describe('tctl auth export', () => {
  let cluster: RunningCluster;
  beforeAll(async () => {
    cluster = await startTestCluster();
  });
  afterAll(() => cluster.stop());

  const exported = (...args: string[]) => runCli(['auth', 'export', ...args], { env: adminEnv(cluster) });
  const keyLine = (type: 'host' | 'user') => authorizedKeyLine(cluster.state.authorities[type].sshKey);

  it('prints the SSH keys of hosts and users', async () => {
    const { status, stdout, stderr } = await exported();

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toBe(
      `@cert-authority example.test,*.example.test ${keyLine('host')} type=host\n` +
        `cert-authority ${keyLine('user')} clustername=example.test&type=user\n\n`,
    );
  });

  it('prints all as known_hosts with --compat=1.0, and one key by its fingerprint', async () => {
    const { stdout } = await exported('--type=user', '--compat=1.0');
    expect(stdout).toBe(`@cert-authority example.test,*.example.test ${keyLine('user')} type=host\n\n`);

    const fingerprint = sshFingerprint(cluster.state.authorities.user.sshKey);
    expect((await exported(`--fingerprint=${fingerprint}`)).stdout).toMatch(/^cert-authority .*\n\n$/);
    expect(await exported('--type=host', `--fingerprint=${fingerprint}`)).toMatchObject({
      status: 1,
      stdout: '',
      stderr: expect.stringContaining(sshFingerprint(cluster.state.authorities.host.sshKey)),
    });
    expect(await exported('--type=tls-host', '--fingerprint=x')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('--type=tls-host has none'),
    });
  });

  it('prints a TLS certificate as PEM, and writes it as DER', async () => {
    const { stdout } = await exported('--type=tls-user');
    const { fingerprint256 } = new X509Certificate(stdout);
    expect(stdout.endsWith('-----END CERTIFICATE-----\n\n')).toBe(true);

    const prefix = join(cluster.dataDir, 'windows-');
    const { stdout: names } = await exported('--type=windows', `--out=${prefix}`);
    expect(names).toBe(`${prefix}0.cer\n`);
    expect(new X509Certificate(await readFile(`${prefix}0.cer`)).fingerprint256).toBe(fingerprint256);
    expect((await stat(`${prefix}0.cer`)).mode & 0o777).toBe(0o644);
  });

  it('writes private keys for their owner alone', async () => {
    const prefix = join(cluster.dataDir, 'secret-');
    const args = ['auth', 'export', '--type=tls-host', '--keys', `--out=${prefix}`];
    const authHost = await writeAuthHost(join(cluster.dataDir, 'auth-host'), cluster);

    expect(await runCli(args, { env: adminEnv(cluster) })).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('access denied'),
    });
    expect(await runCli([...args, `--config=${authHost}`])).toMatchObject({ status: 0, stdout: `${prefix}0.cer\n` });
    expect(createPrivateKey(await readFile(`${prefix}0.cer`)).type).toBe('private');
    expect((await stat(`${prefix}0.cer`)).mode & 0o777).toBe(0o600);
  });

  it('names the real tool for what it does not have', async () => {
    const { status, stderr } = await exported('--type=github', '--integration=acme');

    expect(status).toBe(1);
    expect(stderr).toMatch(/not supported by this tool[\s\S]*Teleport's own tctl/);
  });
});
