import { describe, expect, it } from '@jest/globals';
import { load } from 'js-yaml';
import { readFlags } from '../../../src/lib/agent/command-line.js';
import { parseConfig } from '../../../src/lib/agent/config.js';
import { findCommand } from '../../../src/lib/agent/find-command.js';
import { GLOBAL_FLAGS } from '../../../src/lib/agent/flags.js';
import { COMMANDS } from '../../../src/lib/agent/tbot/index.js';
import { worldForTests } from './world.js';

/** What `tbot configure …` prints. */
async function configure(words: string, ...args: string[]): Promise<string> {
  const request = findCommand(['configure', ...words.split(' '), ...args], COMMANDS, GLOBAL_FLAGS);
  if (request.kind === 'help') throw new Error(`no command ${words}`);
  const command = await request.entry.load();
  const printed: string[] = [];
  await command.run(
    readFlags(request.rest, command.flags, {}),
    worldForTests({ print: (text) => void printed.push(text) }),
  );
  return printed.join('');
}

async function serviceOf(words: string, ...args: string[]): Promise<unknown> {
  const text = await configure(words, '--join-method=token', '--destination=/o', ...args);
  await parseConfig(text, 'printed'); // it must be accepted again
  return (load(text) as { services: unknown[] }).services[0];
}

const destination = { type: 'directory', path: '/o', symlinks: 'try-secure', acls: 'try' };

describe('tbot configure --output', () => {
  it('says that its path is no file', async () => {
    await expect(configure('legacy', '--join-method=token', '-o', '/')).rejects.toMatchObject({
      code: 'not_a_file',
      message: '/ is a folder, not a file',
    });
  });
});

describe('tbot configure OUTPUT', () => {
  it.each([
    ['identity', ['--cluster=leaf', '--allow-reissue'], { type: 'identity', cluster: 'leaf', allow_reissue: true }],
    ['ssh', [], { type: 'identity' }],
    ['ssh_host', ['--principal=a', '--principal=b'], { type: 'ssh_host', principals: ['a', 'b'] }],
    ['app', ['--app=grafana'], { type: 'application', app_name: 'grafana', specific_tls_naming: false }],
    [
      'application',
      ['--app=x', '--specific-tls-extensions'],
      { type: 'application', app_name: 'x', specific_tls_naming: true },
    ],
    [
      'db',
      ['--service=pg', '--username=u', '--database=d', '--format=mongo'],
      { type: 'database', service: 'pg', database: 'd', username: 'u', format: 'mongo' },
    ],
    [
      'database',
      ['--service=pg', '--username=u', '--database=d', '--format='],
      { type: 'database', service: 'pg', database: 'd', username: 'u' },
    ],
    [
      'k8s',
      ['--kubernetes-cluster=east', '--disable-exec-plugin'],
      { type: 'kubernetes', kubernetes_cluster: 'east', disable_exec_plugin: true },
    ],
    [
      'k8s/v2',
      ['--label-selector=env=dev,tier= a=b ', '--name-selector=east'],
      {
        type: 'kubernetes/v2',
        selectors: [{ name: 'east' }, { labels: { env: 'dev', tier: 'a=b' } }],
        disable_exec_plugin: false,
      },
    ],
  ])('%s %j gives its service', async (words, args, service) => {
    expect(await serviceOf(words, ...args)).toEqual({ destination, ...service });
  });

  it('lets readers into a folder, and nowhere else', async () => {
    const args = ['--reader-user=u', '--reader-group=g'];
    expect(await serviceOf('identity', ...args)).toMatchObject({
      destination: { readers: [{ user: 'u' }, { group: 'g' }] },
    });
    await expect(serviceOf('identity', '--destination=memory://', ...args)).rejects.toThrow(/need a folder/);
  });

  it.each([
    [['database', '--service=pg'], /flags are missing: --username, --database/],
    [['kubernetes/v2'], /--name-selector or --label-selector/],
    [['kubernetes/v2', '--label-selector=x'], /"x" is no label/],
    [['database', '--format=mysql'], /--format takes one of/],
  ])('refuses %j', async ([words = '', ...args], message) => {
    await expect(serviceOf(words, ...args)).rejects.toThrow(message);
  });
});

describe('tbot configure', () => {
  it('takes the address, the method and the secrets of joining from one URI', async () => {
    const text = await configure('legacy', '--join-uri=tbot+proxy+bound-keypair://my-token:s%2Fcret@example.com:443');
    expect(load(text)).toMatchObject({
      proxy_server: 'example.com:443',
      onboarding: { token: 'my-token', join_method: 'bound_keypair', bound_keypair: { registration_secret: 's/cret' } },
    });
  });

  it.each([
    'https://x',
    'tbot+proxy+token://t',
    'tbot+proxy+nope://t@h:1',
    'tbot+auth+token://s3cret:extra@h:1',
    'tbot+auth+token://s3cret%@h:1',
  ])('refuses the URI %s without repeating its secrets', async (uri) => {
    const error = await configure('legacy', `--join-uri=${uri}`).catch((failure: Error) => failure);
    expect(error).toMatchObject({ code: 'usage', message: expect.not.stringContaining('s3cret') });
  });

  it('lays the parts of a bound key over onboarding', async () => {
    const args = ['--join-method=bound_keypair', '--token=t', '--registration-secret-path=/s', '--static-key-path=/k'];
    expect(load(await configure('legacy', ...args))).toMatchObject({
      onboarding: { token: 't', bound_keypair: { registration_secret_path: '/s', static_private_key_path: '/k' } },
    });
  });
});
