import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunningCluster } from '../../src/lib/cluster/index.js';
import { totpCode } from '../../src/lib/crypto/index.js';
import { startTestCluster } from '../helpers/cluster.js';
import { codeOf, PASSWORD, setPassword } from '../helpers/login-users.js';
import { type RealCluster, startRealCluster } from '../helpers/peer-cluster.js';
import { peerBinary, runBinary } from '../helpers/peer-tools.js';
import { adminEnv, runCli } from '../helpers/run-cli.js';
import { hasTerminals, runAtTerminal } from '../helpers/terminal.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'peer-login-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Place {
  proxyAddress: string;
  proxyCaFile: string;
}

/** What the real tsh says and leaves behind when alice logs in, asks who she is, and logs out. */
async function tshSession({ proxyAddress, proxyCaFile }: Place, home: string, code: () => string) {
  const env = { TELEPORT_HOME: home, SSL_CERT_FILE: proxyCaFile, TELEPORT_ADD_KEYS_TO_AGENT: 'no' };
  const login = await runAtTerminal([peerBinary('tsh'), 'login', `--proxy=${proxyAddress}`, '--user=alice'], {
    env: { ...env, TELEPORT_TOOLS_VERSION: 'off' },
    answers: [
      ['Enter password', () => PASSWORD],
      ['OTP code', code],
    ],
  });
  const status = await runBinary('tsh', ['status', '--format=json'], { env });
  const logout = await runBinary('tsh', ['logout'], { env });
  const after = await runBinary('tsh', ['status'], { env });
  const {
    profile_url: _,
    valid_until: __,
    ...active
  } = (JSON.parse(status.stdout) as { active: object }).active as {
    [field: string]: unknown;
  };
  return {
    login: login.status,
    active,
    logout: { status: logout.status, stdout: logout.stdout },
    after: { status: after.status, stdout: after.stdout },
    left: (await readdir(home, { recursive: true })).sort(),
  };
}

let onEmbedded: unknown;

describe('on the embedded cluster', () => {
  let cluster: RunningCluster;
  let secret: string;

  beforeAll(async () => {
    cluster = await startTestCluster({ adminMfa: true });
    await runBinary('tctl', ['users', 'add', 'alice', '--roles=access,editor'], { env: adminEnv(cluster) });
    secret = await setPassword(cluster.state, 'alice');
  });
  afterAll(() => cluster?.stop());

  (hasTerminals ? it : it.skip)('the real tsh logs in, and the real tctl shows a second factor', async () => {
    const home = join(folder, 'tsh');
    const env = { TELEPORT_HOME: home, TELEPORT_TOOLS_VERSION: 'off', TELEPORT_ADD_KEYS_TO_AGENT: 'no' };
    const login = await runAtTerminal([peerBinary('tsh'), 'login', `--proxy=${cluster.proxyAddress}`, '--user=alice'], {
      env: { ...env, SSL_CERT_FILE: cluster.proxyCaFile },
      answers: [
        ['Enter password', () => PASSWORD],
        ['OTP code', () => codeOf(cluster.state, secret, 30)],
      ],
    });
    expect(login).toMatchObject({
      status: 0,
      screen: expect.stringMatching(/Logged in as: +alice[\s\S]*access, editor/),
    });

    const tokens = await runAtTerminal([peerBinary('tctl'), `--auth-server=${cluster.authAddress}`, 'tokens', 'ls'], {
      env,
      answers: [['OTP code', () => codeOf(cluster.state, secret, -30)]],
    });
    expect(tokens).toMatchObject({ status: 0, screen: expect.stringContaining('admin-level action') });
  });

  (hasTerminals ? it : it.skip)('the real tsh logs in, says who is logged in, and logs out', async () => {
    const session = await tshSession(cluster, join(folder, 'session'), () => codeOf(cluster.state, secret, 30));
    expect(session).toMatchObject({ login: 0, active: { username: 'alice', roles: ['access', 'editor'] } });
    onEmbedded = session;
  });

  it('the real tsh takes over a login of tctl', async () => {
    const home = join(folder, 'tctl');
    const passwordFile = join(folder, 'password');
    await writeFile(passwordFile, PASSWORD);
    const login = await runCli(
      [
        'login',
        `--proxy=${cluster.proxyAddress}`,
        '--user=alice',
        `--ca-file=${cluster.proxyCaFile}`,
        `--password-file=${passwordFile}`,
        `--otp=${codeOf(cluster.state, secret)}`,
      ],
      { env: { TELEPORT_HOME: home } },
    );
    expect(login).toMatchObject({ status: 0 });

    const status = await runBinary('tsh', ['status', '--format=json'], { env: { TELEPORT_HOME: home } });
    expect(JSON.parse(status.stdout)).toMatchObject({
      active: { username: 'alice', cluster: 'example.test', roles: ['access', 'editor'] },
    });
  });
});

describe('on a real cluster', () => {
  let cluster: RealCluster;
  beforeAll(async () => {
    cluster = await startRealCluster();
  });
  afterAll(() => cluster?.stop());

  it('tctl redeems an invite, logs in, and leaves a home that the real tsh and tctl use', async () => {
    const { stdout } = await cluster.tctl(['users', 'add', 'alice', '--roles=access,editor']);
    const link = /^https:\S+$/m.exec(stdout)?.[0] ?? '';
    const passwordFile = join(folder, 'password-real');
    const secretFile = join(folder, 'secret-real');
    const home = join(folder, 'real');
    await writeFile(passwordFile, PASSWORD);
    const trust = [`--ca-file=${cluster.proxyCaFile}`, `--password-file=${passwordFile}`];
    const accepted = await runCli(['users', 'accept', link, ...trust, `--otp-secret-out=${secretFile}`]);
    expect(accepted).toMatchObject({ status: 0 });

    const next = totpCode(await readFile(secretFile, 'utf8'), new Date(Date.now() + 30_000));
    const login = await runCli(
      ['login', `--proxy=${cluster.proxyAddress}`, '--user=alice', ...trust, `--otp=${next}`],
      { env: { TELEPORT_HOME: home } },
    );
    expect(login).toMatchObject({ status: 0, stdout: expect.stringContaining('as alice') });

    expect(await runCli(['tokens', 'ls'], { env: { TELEPORT_HOME: home } })).toMatchObject({ status: 0 });
    expect(
      await runBinary('tctl', ['tokens', 'ls'], { env: { TELEPORT_HOME: home, SSL_CERT_FILE: cluster.proxyCaFile } }),
    ).toMatchObject({ status: 0 });
    const ls = await runBinary('tsh', ['ls', '--format=json'], {
      env: { TELEPORT_HOME: home, SSL_CERT_FILE: cluster.proxyCaFile },
    });
    expect(ls).toMatchObject({ status: 0 });

    if (!hasTerminals) return;
    const secret = await readFile(secretFile, 'utf8');
    const code = () => totpCode(secret, new Date(Date.now() - 30_000));
    expect(await tshSession(cluster, join(folder, 'session-real'), code)).toEqual(onEmbedded);
  });
});
