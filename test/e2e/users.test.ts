import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunningCluster } from '../../src/lib/cluster/index.js';
import { startTestCluster } from '../helpers/cluster.js';
import { adminEnv, runCli } from '../helpers/run-cli.js';

describe('tctl users', () => {
  let cluster: RunningCluster;
  let env: Record<string, string>;
  let passwordFile: string;

  beforeAll(async () => {
    cluster = await startTestCluster();
    env = adminEnv(cluster);
    passwordFile = join(cluster.dataDir, 'password');
    await writeFile(passwordFile, 'correct horse battery\n');
  });
  afterAll(() => cluster.stop());

  const users = (...args: string[]) => runCli(['users', ...args], { env });
  const linkIn = (stdout: string) => /^https:\S+$/m.exec(stdout)?.[0] ?? '';
  const accept = (link: string, ...args: string[]) =>
    runCli(['users', 'accept', link, `--ca-file=${cluster.proxyCaFile}`, ...args]);

  it('add makes a user and prints a link', async () => {
    const { status, stdout, stderr } = await users('add', 'alice', '--roles=access,editor', '--logins=root,ubuntu');

    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(linkIn(stdout)).toMatch(/\/web\/invite\/[0-9a-f]{32}$/);
    expect(stdout).toContain('valid for 1h');
    const got = await runCli(['get', 'user/alice', '--format=json'], { env });
    expect(JSON.parse(got.stdout)[0].spec).toMatchObject({
      roles: ['access', 'editor'],
      traits: { logins: ['root', 'ubuntu'] },
    });
  });

  it('add names a role that does not exist before it makes anything', async () => {
    const { status, stderr } = await users('add', 'bob', '--roles=editr');

    expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining('Did you mean "editor"?') });
    expect((await users('ls')).stdout).not.toContain('bob');
  });

  it('lists add up where their flags are repeated', async () => {
    const added = await users('add', 'kim', '--roles=access', '--roles=editor', '--logins=root', '--logins=a,b');
    expect(added).toMatchObject({ status: 0, stderr: '' });
    const { stdout } = await users('update', 'kim', '--set-roles=access', '--set-logins=x', '--set-logins=y');

    expect(stdout).toBe('User kim has been updated:\n\troles: access,editor -> access\n\tlogins: root,a,b -> x,y\n');
  });

  it.each([
    ['--azure-identities=nope', '/subscriptions/ID/'],
    ['--azure-identities=*', '/subscriptions/ID/'],
    ['--gcp-service-accounts=ci@example.com', 'NAME@PROJECT.iam.gserviceaccount.com'],
    ['--host-user-uid=root', '1000'],
  ])('add refuses %s, and shows the form', async (flag, form) => {
    const { status, stderr } = await users('add', 'liz', '--roles=access', flag);

    expect({ status, stderr }).toEqual({ status: 1, stderr: expect.stringContaining(form) });
  });

  it('add takes identities in clouds', async () => {
    const azure = '/subscriptions/1a-2b/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/x';
    const google = 'ci@project.iam.gserviceaccount.com';
    const flags = ['--roles=access', `--azure-identities=${azure}`, `--gcp-service-accounts=${google}`];
    expect(await users('add', 'mia', ...flags, '--format=json')).toMatchObject({ status: 0 });
    const got = await runCli(['get', 'user/mia', '--format=json'], { env });

    expect(JSON.parse(got.stdout)[0].spec.traits).toEqual({
      azure_identities: [azure],
      gcp_service_accounts: [google],
    });
  });

  it('add of a name that is taken says what to do', async () => {
    const { status, stderr } = await users('add', 'alice', '--roles=access');

    expect(status).toBe(1);
    expect(stderr).toMatch(/"alice" exists already[\s\S]*tctl users update alice/);
  });

  it('accept sets password and one-time passwords without a terminal', async () => {
    const { stdout } = await users('add', 'carol', '--roles=access');
    const secretFile = join(cluster.dataDir, 'carol-otp');

    const answers = [`--password-file=${passwordFile}`, `--otp-secret-out=${secretFile}`];
    const run = await accept(linkIn(stdout), ...answers);

    expect(run).toMatchObject({ status: 0, stdout: expect.stringContaining('password and one-time passwords') });
    expect(await readFile(secretFile, 'utf8')).toMatch(/^[A-Z2-7]{32}\n$/);
    expect((await stat(secretFile)).mode & 0o777).toBe(0o600);
    const again = await accept(linkIn(stdout), ...answers);
    expect(again).toMatchObject({ status: 1, stdout: '', stderr: expect.stringContaining('has expired, was used') });
  });

  it('accept refuses a short password, and leaves the link usable', async () => {
    const { stdout } = await users('add', 'dora', '--roles=access', '--ttl=2h');
    const short = join(cluster.dataDir, 'short');
    await writeFile(short, 'secret\n');
    const secretOut = `--otp-secret-out=${join(cluster.dataDir, 'dora-otp')}`;

    const refused = await accept(linkIn(stdout), `--password-file=${short}`, secretOut);

    expect(refused).toMatchObject({ status: 1, stderr: expect.stringContaining('minimum length is 12') });
    expect(await accept(linkIn(stdout), `--password-file=${passwordFile}`, secretOut)).toMatchObject({ status: 0 });
  });

  it('accept sets a password alone where the cluster wants no second factor', async () => {
    const { stdout } = await users('add', 'ivan', '--roles=access');
    const setting = (secondFactor: string) =>
      `kind: cluster_auth_preference\nversion: v2\nmetadata: {name: cluster-auth-preference}\nspec: {type: local, second_factor: "${secondFactor}"}\n`;
    const file = join(cluster.dataDir, 'preference.yaml');
    await writeFile(file, setting('off'));
    expect(await runCli(['create', '-f', file], { env })).toMatchObject({ status: 0 });

    const run = await accept(linkIn(stdout), `--password-file=${passwordFile}`);
    expect(run).toMatchObject({ status: 0, stdout: expect.stringContaining('has a password now') });
    await writeFile(file, setting('otp'));
    expect(await runCli(['create', '-f', file], { env })).toMatchObject({ status: 0 });
  });

  it('accept says what is missing where nobody can be asked', async () => {
    const { stdout } = await users('add', 'erin', '--roles=access');

    const noPassword = await accept(linkIn(stdout));
    const noFactor = await accept(linkIn(stdout), `--password-file=${passwordFile}`);

    expect(noPassword).toMatchObject({ status: 1, stderr: expect.stringContaining('--password-file') });
    expect(noFactor).toMatchObject({ status: 1, stderr: expect.stringContaining('--otp-secret-out') });
  });

  it('accept refuses what is no link, and a proxy that it cannot verify', async () => {
    expect(await accept('https://localhost/other')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('no link'),
    });
    const { stdout } = await users('add', 'frank', '--roles=access');
    const unverified = await runCli(['users', 'accept', linkIn(stdout), `--password-file=${passwordFile}`]);
    expect(unverified).toMatchObject({ status: 1, stderr: expect.stringContaining('--ca-file') });
  });

  it('update says what changed, and clears', async () => {
    await users('add', 'gina', '--roles=access', '--logins=root');

    expect(await users('update', 'gina', '--set-roles=editor', '--set-logins=')).toMatchObject({
      status: 0,
      stdout: 'User gina has been updated:\n\troles: access -> editor\n\tlogins: root -> (none)\n',
    });
    expect((await users('update', 'gina', '--set-roles=editor')).stdout).toContain('nothing has changed');
    expect(await users('update', 'gina')).toMatchObject({ status: 1 });
  });

  it('reset makes a new link, as JSON too', async () => {
    await users('add', 'henry', '--roles=access');

    const { stdout } = await users('reset', 'henry', '--ttl=30m', '--format=json');

    expect(JSON.parse(stdout)).toEqual({
      kind: 'user_token',
      sub_kind: 'password',
      version: 'v3',
      metadata: { name: expect.any(String), expires: expect.any(String) },
      spec: { user: 'henry', url: expect.any(String), created: expect.any(String) },
    });
    expect(await users('reset', 'henry', '--ttl=25h')).toMatchObject({ status: 1 });
    expect(await users('reset', 'nobody')).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('no user "nobody"'),
    });
  });

  it('rm deletes in order and stops at the first that is not there', async () => {
    await users('add', 'ivan', '--roles=access');

    expect(await users('rm', 'ivan,nobody')).toMatchObject({
      status: 1,
      stdout: 'User "ivan" has been deleted\n',
      stderr: expect.stringContaining('no user "nobody"'),
    });
  });
});
