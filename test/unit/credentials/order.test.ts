import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inspect } from 'node:util';

import { beforeEach, describe, expect, it } from '@jest/globals';
import { type CredentialError, type CredentialOptions, findCredentials } from '../../../src/lib/credentials/index.js';
import { copyOfFixture, fixture, removeFoldersAfterEach, temporaryFolder } from '../../helpers/temporary-folder.js';

const identityFile = fixture('identity-file');
let homeDir: string;
let configFile: string;

removeFoldersAfterEach();
beforeEach(async () => {
  homeDir = await temporaryFolder();
  await rename(await copyOfFixture('tsh-home'), join(homeDir, '.tsh'));
  const dataDir = await copyOfFixture('auth-host');
  configFile = join(dataDir, 'teleport.yaml');
  await writeConfig({ data_dir: dataDir }, { enabled: 'yes', listen_addr: '0.0.0.0:3025' });
});

async function writeConfig(teleport: object, authService?: object): Promise<void> {
  // JSON is YAML.
  await writeFile(
    configFile,
    JSON.stringify({ version: 'v3', teleport, ...(authService && { auth_service: authService }) }),
  );
}

function find(options: CredentialOptions) {
  return findCredentials({
    env: {},
    homeDir,
    configFile: '', // the machine's own /etc/teleport.yaml has no say here
    clock: () => new Date('2026-11-21T00:00:00Z'),
    platform: 'linux',
    ...options,
  });
}

async function failure(options: CredentialOptions): Promise<CredentialError> {
  try {
    await find(options);
  } catch (error) {
    return error as CredentialError;
  }
  throw new Error('credentials were found');
}

describe('findCredentials', () => {
  it('uses a named identity file, before everything else', async () => {
    const found = await find({ identityFile, configFile, authServers: ['auth.example.com:3025'] });

    expect(found.credentials.source).toEqual({ kind: 'identity-file', path: identityFile });
    expect(found.addresses).toEqual(['auth.example.com:3025']);
  });

  it('takes identity file and addresses from the environment', async () => {
    const found = await find({
      env: { TELEPORT_IDENTITY_FILE: identityFile, TELEPORT_AUTH_SERVER: 'one:3025\ntwo:3025' },
    });

    expect(found.credentials.source.kind).toBe('identity-file');
    expect(found.addresses).toEqual(['one:3025', 'two:3025']);
  });

  it('lets a flag win over its variable', async () => {
    const env = { TELEPORT_IDENTITY_FILE: '/nowhere', TELEPORT_AUTH_SERVER: 'env:3025' };

    const found = await find({ env, identityFile, authServers: ['flag:3025'] });

    expect(found.addresses).toEqual(['flag:3025']);
  });

  it('does not look elsewhere when the identity file does not exist', async () => {
    const error = await failure({ identityFile: '/nowhere/id', authServers: ['localhost:3025'] });

    expect(error.code).toBe('credentials_missing_file');
    expect(error.message).toContain('/nowhere/id does not exist');
    expect(error.tried).toEqual([
      { source: 'identity-file', path: '/nowhere/id', outcome: 'failed', reason: error.message },
    ]);
  });

  it.each([
    ['a flag', (missing: string) => ({ configFile: missing })],
    ['the environment', (missing: string) => ({ configFile: undefined, env: { TELEPORT_CONFIG_FILE: missing } })],
  ])('wants a config file that %s names to be there, whatever else is given', async (_, naming) => {
    const missing = join(homeDir, 'none.yaml');
    const error = await failure({ identityFile, authServers: ['auth.example.com:3025'], ...naming(missing) });

    expect(error.message).toContain(missing);
  });

  it('asks for the address that an identity file needs', async () => {
    expect(await failure({ identityFile })).toMatchObject({
      code: 'bad_parameter',
      hint: expect.stringContaining('--auth-server'),
    });
  });

  it('refuses an address that is none', async () => {
    expect(await failure({ identityFile, authServers: ['no address'] })).toMatchObject({ code: 'bad_parameter' });
  });

  it('uses the auth host that the config file describes, and its address', async () => {
    const found = await find({ configFile });

    expect(found.credentials.source.kind).toBe('auth-host');
    expect(found.addresses).toEqual(['0.0.0.0:3025']);
    expect(found.tried.map((one) => one.source)).toEqual(['identity-file', 'config', 'auth-host']);
  });

  it('reads a config from base64 text as well', async () => {
    const text = JSON.stringify({ teleport: { data_dir: join(configFile, '..'), auth_server: 'auth.example.com' } });

    const found = await find({ env: { TELEPORT_CONFIG: Buffer.from(text).toString('base64') } });

    expect(found.addresses).toEqual(['auth.example.com:3025']); // a missing auth_service section counts as enabled
  });

  it('takes the address of the command line on an auth host too', async () => {
    expect((await find({ configFile, authServers: ['other:3025'] })).addresses).toEqual(['other:3025']);
  });

  it.each(['no', 'false', 'off', '0'])('passes over a config whose auth_service is %s', async (enabled) => {
    await writeConfig({}, { enabled });

    const found = await find({ configFile });

    expect(found.credentials.source.kind).toBe('profile');
    expect(found.addresses).toEqual(['localhost:3080']);
  });

  it('uses the tsh profile of the host named as auth server, else the current one', async () => {
    expect((await find({})).credentials.source.kind).toBe('profile');
    const named = await find({ authServers: ['localhost:3025'] });
    expect(named.credentials.source.kind).toBe('profile');
    expect(named.addresses).toEqual(['localhost:3025']);
  });

  it('finds the tsh home by TELEPORT_HOME', async () => {
    const elsewhere = join(homeDir, 'elsewhere');
    await rename(join(homeDir, '.tsh'), elsewhere);

    expect((await find({ env: { TELEPORT_HOME: `${elsewhere}/` } })).credentials.source.path).toBe(
      join(elsewhere, 'localhost.yaml'),
    );
  });

  it('does not pass over an expired profile', async () => {
    expect(await failure({ clock: () => new Date('2027-01-01T00:00:00Z') })).toMatchObject({
      code: 'credentials_expired',
    });
  });

  it('says what was looked at when there is nothing', async () => {
    await rm(join(homeDir, '.tsh'), { recursive: true });

    const error = await failure({});

    expect(error.code).toBe('credentials_not_found');
    expect(error.message).toContain(join(homeDir, '.tsh', 'current-profile'));
    expect(error.message).toContain('/var/lib/teleport/host_uuid');
    expect(error.tried.map(({ source, outcome }) => `${source} ${outcome}`)).toEqual([
      'identity-file skipped',
      'config skipped',
      'profile skipped',
      'auth-host skipped',
    ]);
  });

  it('reports a named config file that does not exist or is broken', async () => {
    expect(await failure({ configFile: '/nowhere.yaml' })).toMatchObject({ code: 'credentials_missing_file' });
    await writeFile(configFile, 'teleport: [');
    expect(await failure({ configFile })).toMatchObject({ code: 'config_invalid' });
  });

  it('does not quote a broken config file, which may hold join tokens', async () => {
    await writeFile(configFile, 'teleport:\n  auth_token: a-secret\n  nodename: [\n');
    expect(inspect(await failure({ configFile }), { depth: 9 })).not.toContain('a-secret');
  });

  it('does not try an auth host on Windows', async () => {
    await mkdir(join(homeDir, 'empty'));

    const error = await failure({ platform: 'win32', homeDir: join(homeDir, 'empty') });

    expect(error.tried.map((one) => one.source)).not.toContain('auth-host');
  });
});
