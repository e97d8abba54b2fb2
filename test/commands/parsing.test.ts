import { describe, expect, it } from '@jest/globals';
import { parseCommandLine } from '../helpers/command-line.js';

describe('flags of every command', () => {
  it('reach the command from any place on the line', async () => {
    const line = ['-d', '--auth-server=a:1', 'bots', 'ls', '--auth-server', 'b:2', '-i', 'admin.pem', '--insecure'];

    expect(await parseCommandLine(...line)).toMatchObject({
      id: 'bots:ls',
      flags: { debug: true, 'auth-server': ['a:1', 'b:2'], identity: 'admin.pem', insecure: true },
    });
  });

  it('are off or absent unless given', async () => {
    const { flags } = await parseCommandLine('status');

    expect(flags).toEqual({ format: 'text' });
  });
});

describe('bots add', () => {
  it('takes the name and all its flags', async () => {
    const line = 'bots add example --roles=access,editor --logins=root --logins=a,b --ttl=30m --max-session-ttl 1h';

    expect(await parseCommandLine(...line.split(' '))).toMatchObject({
      args: { name: 'example' },
      flags: {
        roles: ['access,editor'],
        logins: ['root', 'a,b'],
        ttl: '30m',
        'max-session-ttl': '1h',
        format: 'text',
      },
    });
  });

  it('answers to the name bot as well', async () => {
    expect(await parseCommandLine('bot', 'add', 'x')).toMatchObject({ args: { name: 'x' } });
  });
});

describe('create', () => {
  it('takes -f for force, not for the file', async () => {
    expect(await parseCommandLine('create', '-f', 'bot.yaml')).toMatchObject({
      args: { filename: 'bot.yaml' },
      flags: { force: true },
    });
  });

  it('does without a file', async () => {
    expect((await parseCommandLine('create')).args).toEqual({});
  });
});

describe('get', () => {
  it('prints YAML unless told otherwise', async () => {
    expect(await parseCommandLine('get', 'token/example')).toEqual({
      id: 'get',
      args: { resources: 'token/example' },
      flags: { format: 'yaml', namespace: 'default' },
    });
  });

  it('lets the last --format win', async () => {
    expect((await parseCommandLine('get', 'bots', '--format=text', '--format=json')).flags).toMatchObject({
      format: 'json',
    });
  });
});

describe('tokens', () => {
  it('add has no format unless asked for one', async () => {
    const { flags } = await parseCommandLine('tokens', 'add', '--type=node,app', '--labels', 'env=prod');

    expect(flags).toMatchObject({ type: 'node,app', labels: 'env=prod' });
    expect(flags.format).toBeUndefined();
  });

  it('ls, rm and secret take what they need', async () => {
    expect((await parseCommandLine('tokens', 'ls', '--with-secrets')).flags).toMatchObject({ 'with-secrets': true });
    expect((await parseCommandLine('tokens', 'rm', 'x')).args).toEqual({ token: 'x' });
    expect(await parseCommandLine('tokens', 'secret', 'x', '--out', 'f')).toMatchObject({
      args: { token: 'x' },
      flags: { out: 'f' },
    });
  });
});
