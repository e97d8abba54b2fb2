import { X509Certificate } from 'node:crypto';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { load } from 'js-yaml';
import type { RunningCluster } from '../../src/lib/cluster/index.js';
import { parseSshCertificate } from '../../src/lib/crypto/index.js';
import { writeAuthHost } from '../helpers/auth-host.js';
import { startTestCluster } from '../helpers/cluster.js';
import { userEnv } from '../helpers/identities.js';
import { adminEnv, runCli } from '../helpers/run-cli.js';

describe('tctl auth sign', () => {
  let cluster: RunningCluster;
  let authHost: string;
  let folder: string;

  beforeAll(async () => {
    cluster = await startTestCluster({ kubeClusters: [{ name: 'east' }] });
    folder = cluster.dataDir;
    authHost = await writeAuthHost(join(folder, 'auth-host'), cluster);
    const stdin = `kind: user\nversion: v2\nmetadata: {name: alice}\nspec: {roles: [access]}\n`;
    await runCli(['create'], { env: adminEnv(cluster), stdin });
  });
  afterAll(() => cluster.stop());

  const onAuthHost = (args: string[], stdin?: string) =>
    runCli(['auth', 'sign', `--config=${authHost}`, ...args], {
      cwd: folder,
      ...(stdin === undefined ? {} : { stdin }),
    });
  const read = (name: string) => readFile(join(folder, name), 'utf8');
  const modeOf = async (name: string) => (await stat(join(folder, name))).mode & 0o777;

  it('writes an identity file with which tctl works', async () => {
    const { status, stdout, stderr } = await onAuthHost(['--user=alice', '--out=alice.pem', '--ttl=30m']);

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toBe('The credentials have been written to alice.pem\n');
    expect(await modeOf('alice.pem')).toBe(0o600);
    const env = { ...adminEnv(cluster), TELEPORT_IDENTITY_FILE: join(folder, 'alice.pem') };
    expect(await runCli(['status'], { env })).toMatchObject({ status: 0 });
    const [pem = ''] = /-----BEGIN CERTIFICATE[\s\S]*?END CERTIFICATE-----/.exec(await read('alice.pem')) ?? [];
    const left = new X509Certificate(pem).validToDate.getTime() - Date.now();
    expect(left).toBeLessThan(31 * 60_000);
    expect(left).toBeGreaterThan(20 * 60_000);
  });

  it('writes the files of OpenSSH and of TLS programs, for their owner alone', async () => {
    await onAuthHost(['--user=alice', '--format=openssh', '--out=ssh', '--compat=oldssh']);
    expect(await read('ssh')).toContain('PRIVATE KEY');
    expect(parseSshCertificate(await read('ssh-cert.pub'))).toMatchObject({ type: 'user', keyId: 'alice' });

    const { stdout } = await onAuthHost(['--user=alice', '--format=tls', '--out=tls']);
    expect(stdout).toContain('tls.key, tls.crt, tls.cas\n');
    expect(new X509Certificate(await read('tls.crt')).subject).toContain('CN=alice');
    expect(new X509Certificate(await read('tls.cas')).ca).toBe(true);
    expect(await modeOf('tls.crt')).toBe(0o600);
  });

  it('writes a certificate of an SSH server', async () => {
    const { status } = await onAuthHost(['--host=web1.example.com,web1', '--format=openssh', '--out=host']);

    expect(status).toBe(0);
    const { type, principals } = parseSshCertificate(await read('host-cert.pub'));
    expect({ type, principals }).toEqual({ type: 'host', principals: ['web1.example.com', 'web1'] });
  });

  it('writes a kubeconfig, and adds to one that is there', async () => {
    const kube = ['--user=alice', '--format=kubernetes', '--out=kubeconfig'];
    const mine = 'apiVersion: v1\nkind: Config\nclusters: [{name: mine, cluster: {server: https://mine}}]\n';
    await writeFile(join(folder, 'kubeconfig'), mine);

    expect(await onAuthHost([...kube, '--kube-cluster-name=east'])).toMatchObject({ status: 0 });

    const document = load(await read('kubeconfig')) as Record<string, { name: string }[]>;
    expect(document).toMatchObject({
      'current-context': 'example.test-east',
      clusters: [
        {
          name: 'example.test',
          cluster: {
            server: `https://${cluster.proxyAddress}`,
            'tls-server-name': 'kube-teleport-proxy-alpn.teleport.cluster.local',
          },
        },
        { name: 'mine', cluster: { server: 'https://mine' } },
      ],
      contexts: [{ name: 'example.test-east', context: { cluster: 'example.test', user: 'example.test-east' } }],
    });

    await onAuthHost([...kube, '--proxy=px.example.com:443', '--overwrite']);
    expect(load(await read('kubeconfig'))).toMatchObject({
      clusters: [
        {
          name: 'example.test',
          cluster: {
            server: 'https://px.example.com:443',
            'tls-server-name': 'kube-teleport-proxy-alpn.px.example.com',
          },
        },
      ],
    });
  });

  it('does not overwrite without a yes', async () => {
    const args = ['--user=alice', '--out=taken'];
    await writeFile(join(folder, 'taken'), 'mine');

    expect(await onAuthHost(args)).toMatchObject({ status: 1, stderr: expect.stringContaining('--overwrite') });
    expect(await onAuthHost(args, 'n\n')).toMatchObject({ status: 1 });
    expect(await read('taken')).toBe('mine');
    expect(await onAuthHost(args, 'y\n')).toMatchObject({ status: 0 });
    expect(await read('taken')).toContain('PRIVATE KEY');
  });

  it('streams a tar archive and writes nothing else', async () => {
    const before = await readdir(folder);
    const { status, stdout } = await onAuthHost(['--user=alice', '--format=tls', '--out=a/b', '--tar']);

    expect(status).toBe(0);
    expect(stdout.match(/a\/b\.\w+(?=\0)/g)).toEqual(['a/b.cas', 'a/b.crt', 'a/b.key']);
    expect(await readdir(folder)).toEqual(before);
  });

  it('writes nothing where the cluster gives less time than was asked for', async () => {
    const env = await userEnv(cluster, 'short', ['access']);
    const args = ['auth', 'sign', '--user=short', `--out=${join(folder, 'short.id')}`];

    expect(await runCli(args, { env })).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/at most --ttl=\d+m/),
    });
    expect(await readdir(folder)).not.toContain('short.id');
    expect(await runCli([...args, '--ttl=10m'], { env })).toMatchObject({ status: 0 });
  });

  it('says who may sign for another user', async () => {
    const env = await userEnv(cluster, 'sam', ['access']);
    const run = await runCli(['auth', 'sign', '--user=alice', `--out=${join(folder, 'none')}`], { env });

    expect(run).toMatchObject({ status: 1, stderr: expect.stringContaining('may impersonate the user') });
  });

  it.each([
    [['--user=alice', '--host=web'], 'either --user or --host'],
    [[], 'either --user or --host'],
    [['--host=web'], '--format=openssh'],
    [['--user=alice', '--format=db'], 'not supported by this tool'],
    [['--user=alice', '--format=tsl'], 'Did you mean "tls"?'],
    [['--user=alice', '--compat=newssh'], '--compat=newssh'],
    [['--user=alice', '--format=kubernetes', '--proxy=ftp://x'], '--proxy=ftp://x'],
    [['--user=alice', '--format=kubernetes', '--leaf-cluster=nowhere'], 'no leaf cluster "nowhere"'],
    [['--user=alic', '--ttl=1h'], 'Did you mean "alice"?'],
  ])('%j is refused', async (args, text) => {
    expect(await onAuthHost([...args, '--out=none'])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining(text),
    });
    expect(await readdir(folder)).not.toContain('none');
  });
});
