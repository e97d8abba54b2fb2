import { truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunningCluster } from '../../src/lib/cluster/index.js';
import { startTestCluster } from '../helpers/cluster.js';
import { roleDocument, userEnv } from '../helpers/identities.js';
import { adminEnv, runCli } from '../helpers/run-cli.js';

let cluster: RunningCluster;

beforeAll(async () => {
  cluster = await startTestCluster();
});

afterAll(() => cluster.stop());

const tctl = (args: string[], stdin?: string, env = adminEnv(cluster)) => runCli(args, { env, stdin });

function bot(name: string, roles: string[] = []): string {
  return `kind: bot\nversion: v1\nmetadata: {name: ${name}}\nspec: {roles: [${roles.join(', ')}]}\n`;
}

function token(name: string, botName: string): string {
  const github = 'github: {allow: [{repository: org/repo}]}';
  return `kind: token\nversion: v2\nmetadata: {name: ${name}}\nspec: {roles: [Bot], bot_name: ${botName}, join_method: github, ${github}}\n`;
}

describe('create', () => {
  it('reports many documents in their order', async () => {
    const names = Array.from({ length: 150 }, (_, index) => `many-${index}`);

    const { status, stdout } = await tctl(['create'], names.map((name) => token(name, 'anybody')).join('---\n'));

    expect(status).toBe(0);
    expect(stdout).toBe(names.map((name) => `provision_token "${name}" has been created\n`).join(''));
  });

  it('refuses input that is far too large, before it is in memory', async () => {
    const path = join(cluster.dataDir, 'large.yaml');
    await writeFile(path, '');
    await truncate(path, 2 ** 33);

    for (const { status, stderr } of [await tctl(['create', path]), await tctl(['create'], '#'.repeat(2 ** 26 + 1))]) {
      expect(status).toBe(1);
      expect(stderr).toMatch(/^ERROR: cannot read (\S*large.yaml|<stdin>): it is larger than 64 MiB\n {2}Divide/);
    }
  });

  it('shows what was written although other documents failed, and skips those that needed them', async () => {
    await tctl(['create'], bot('there'));
    const documents = [bot('before'), bot('there'), token('for-there', 'there'), bot('after')].join('---\n');

    const { status, stdout, stderr } = await tctl(['create'], documents);

    expect(status).toBe(1);
    expect(stdout).toBe('bot "before" has been created\nbot "after" has been created\n');
    expect(stderr).toMatch(/2 of 4 documents failed/);
    expect(stderr).toMatch(/<stdin>:6: bot "there" exists already/);
    expect(stderr).toMatch(/<stdin>:\d+: token "for-there": not sent, because bot "there" failed/);
    expect(stderr).toMatch(/Use -f \(--force\) to overwrite/);
  });

  it('writes a role before the user that is given it', async () => {
    const user = 'kind: user\nversion: v2\nmetadata: {name: bob}\nspec: {roles: [reader]}\n';

    const { status, stdout } = await tctl(['create'], `${roleDocument('reader', { bot: ['list'] })}---\n${user}`);

    expect({ status, stdout }).toEqual({
      status: 0,
      stdout: 'role "reader" has been created\nuser "bob" has been created\n',
    });
  });

  it('says whether a user was there before, and keeps who made it', async () => {
    const user = 'kind: user\nversion: v2\nmetadata: {name: carol}\nspec: {roles: [access]}\n';
    const createdBy = async () =>
      JSON.parse((await tctl(['get', 'user/carol', '--format=json'])).stdout)[0].spec.created_by;

    expect((await tctl(['create', '-f'], user)).stdout).toBe('user "carol" has been created\n');
    const first = await createdBy();
    expect((await tctl(['create', '-f'], user)).stdout).toBe('user "carol" has been updated\n');

    expect(await createdBy()).toEqual(first);
  });

  it('says what was replaced, and what is new', async () => {
    const documents = (label: string, names: string[]) =>
      names
        .flatMap((name) => [
          `kind: role\nversion: v7\nmetadata: {name: ${name}, labels: {a: ${label}}}\n`,
          `kind: token\nversion: v2\nmetadata: {name: ${name}}\nspec: {roles: [Node], join_method: token}\n`,
          `kind: lock\nversion: v2\nmetadata: {name: ${name}}\nspec: {target: {user: nobody}, message: ${label}}\n`,
        ])
        .join('---\n');
    const verbs = (text: string) =>
      text
        .trim()
        .split('\n')
        .map((line) => line.split(' ').at(-1));

    expect(verbs((await tctl(['create', '-f'], documents('one', ['first']))).stdout)).toEqual(Array(3).fill('created'));
    const { stdout } = await tctl(['create', '-f', '--format=json'], documents('two', ['first', 'second']));
    const results = (JSON.parse(stdout) as { name: string; result: string }[]).map(({ name, result }) => [
      name,
      result,
    ]);
    expect(results).toEqual([...Array(3).fill(['first', 'updated']), ...Array(3).fill(['second', 'created'])]);
    expect((await tctl(['get', 'role/first'])).stdout).toContain('a: two');
  });

  it('takes what get prints, in every format', async () => {
    for (const format of ['json', 'yaml']) {
      const { stdout } = await tctl(['get', 'role/access', `--format=${format}`]);

      expect(await tctl(['create', '-f'], stdout)).toMatchObject({
        status: 0,
        stdout: 'role "access" has been updated\n',
      });
    }
  });

  it('prints the outcome of each document as JSON', async () => {
    const { stdout } = await tctl(['create', '--format=json'], `${bot('there')}---\n${bot('json')}`);

    expect(JSON.parse(stdout)).toEqual([
      {
        file: '<stdin>',
        document: 1,
        kind: 'bot',
        name: 'there',
        result: 'failed',
        error: { code: 'already_exists', message: expect.any(String) },
      },
      { file: '<stdin>', document: 2, kind: 'bot', name: 'json', result: 'created' },
    ]);
  });

  it('only checks the documents in a dry run, and needs no cluster for it', async () => {
    const { status, stdout } = await runCli(['create', '--dry-run'], {
      stdin: `${bot('dry')}---\n${token('t', 'dry')}`,
    });

    expect({ status, stdout }).toEqual({ status: 0, stdout: 'bot "dry" is valid\nprovision_token "t" is valid\n' });
    expect((await tctl(['get', 'bot/dry'])).status).toBe(1);
  });

  it('changes a setting that is at its defaults, and after that only by force', async () => {
    const document = 'kind: session_recording_config\nversion: v2\nmetadata: {}\nspec: {mode: node-sync}\n';

    expect((await tctl(['create'], document)).stdout).toBe('session recording configuration has been updated\n');
    expect(await tctl(['create'], document)).toMatchObject({ status: 1, stdout: '' });
    expect((await tctl(['create', '-f'], document)).status).toBe(0);
    expect((await tctl(['rm', 'session_recording_config'])).stdout).toBe(
      'session recording configuration has been reset to defaults\n',
    );
  });
});

describe('many documents that fail alike', () => {
  it('are told once, with their number', async () => {
    const env = await userEnv(cluster, 'onlooker', ['access']);
    const documents = Array.from({ length: 8 }, (_, index) => token(`alike-${index}`, 'anybody')).join('---\n');

    const { status, stdout, stderr } = await tctl(['create'], documents, env);

    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/^ERROR: 8 of 8 documents failed\n/);
    expect(stderr.match(/access denied/g)).toHaveLength(1);
    expect(stderr).toMatch(/7 other documents failed for the same reason/);
  });
});

describe('bots add', () => {
  it('takes the bot back when its token is refused', async () => {
    const rules = { bot: ['create', 'read', 'list', 'delete'], role: ['read', 'list'], user: ['read', 'list'] };
    await tctl(['create'], roleDocument('half', rules));
    const env = await userEnv(cluster, 'half', ['half']);

    const { status, stdout, stderr } = await tctl(['bots', 'add', 'orphan'], '', env);

    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/the bot was removed again: access denied/);
    expect((await tctl(['get', 'bot/orphan'])).stderr).toMatch(/there is no bot "orphan"/);
  });

  it('points out roles that do not exist, with the nearest that does', async () => {
    const { status, stderr } = await tctl(['bots', 'add', 'typo', '--roles=acess,editor']);

    expect(status).toBe(0);
    expect(stderr).toMatch(/^WARNING: role "acess" does not exist; did you mean "access"\?/);
    expect(stderr).not.toMatch(/editor/);
  });
});
