import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunningCluster } from '../../src/lib/cluster/index.js';
import { startTestCluster } from '../helpers/cluster.js';
import { adminEnv, codeCache, finished, runCli } from '../helpers/run-cli.js';
import { runTbot } from '../helpers/run-tbot.js';

const bin = fileURLToPath(new URL('../../bin', import.meta.url));
const SECRET = 'secret-name-of-a-token';

const DOCUMENTS = `kind: bot
version: v1
metadata: {name: builder}
spec: {roles: [access]}
---
kind: token
version: v2
metadata: {name: build-github}
spec: {roles: [Bot], bot_name: builder, join_method: github, github: {allow: [{repository: example/app}]}}
---
kind: token
version: v2
metadata: {name: ${SECRET}}
spec: {roles: [Node], join_method: token}
`;

let cluster: RunningCluster;
let folder: string;
let env: Record<string, string>;

beforeAll(async () => {
  cluster = await startTestCluster();
  folder = await mkdtemp(join(tmpdir(), 'completion-'));
  env = adminEnv(cluster);
  const { status, stderr } = await runCli(['create'], { env, stdin: DOCUMENTS });
  if (status !== 0) throw new Error(stderr);
  for (const [name, file] of [
    ['tctl', 'run.js'],
    ['tbot', 'tbot.js'],
  ]) {
    const script = `#!/bin/sh\nexec '${process.execPath}' '${join(bin, file as string)}' "$@"\n`;
    await writeFile(join(folder, name as string), script, { mode: 0o755 });
  }
});
afterAll(async () => {
  await cluster?.stop();
  if (folder) await rm(folder, { recursive: true });
});

/** What the program itself answers, summaries left aside. The last word is the one under the cursor. */
async function answers(line: string, more: Record<string, string> = {}): Promise<string[]> {
  const words = line.split(' ');
  const args = ['complete', `--word=${words.at(-1)}`, '--', ...words.slice(0, -1)];
  const { status, stdout, stderr } = await runCli(args, { env: { ...env, ...more } });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout.split('\n').flatMap((each) => (each === '' ? [] : [each.split('\t')[0] as string]));
}

describe('tctl complete', () => {
  it.each([
    ['bots rm b', ['builder']],
    ['bot rm b', ['builder']],
    ['get b', ['bot', 'bot/', 'bot_instance', 'bot_instance/']],
    ['get bots/b', ['bots/builder']],
    ['get bot/builder,role/acc', ['bot/builder,role/access']],
    ['rm ca', ['cas/', 'cap']],
    ['get cert_authority/host/', ['cert_authority/host/example.test']],
    ['lock --role=acc', ['--role=access']],
    ['lock --role acc', ['access']],
    ['bots add ci --roles=access,edi', ['--roles=access,editor']],
    ['tokens rm ', ['build-github']],
    ['get tokens/', ['tokens/build-github']],
    ['tokens add --type=bot --bot-name=', ['--bot-name=builder']],
    ['bots ls --format=j', ['--format=json']],
    ['-d bots --insecure l', ['lock', 'ls']],
    ['help bots i', ['instances']],
    ['create ', [':files']],
    ['bots rm builder ', []],
    ['status -- ', []],
    ['get nonsense/', []],
  ])('%s', async (line, expected) => {
    expect(await answers(line)).toEqual(expected);
  });

  it('offers no flag twice, unless it may be repeated, and no hidden one', async () => {
    const flags = await answers('--auth-server=a:1 --insecure get --verbose --');

    expect(flags).toEqual(expect.arrayContaining(['--format=', '--auth-server=', '--help']));
    for (const flag of ['--verbose', '--insecure', '--namespace=', '--config-string='])
      expect(flags).not.toContain(flag);
  });

  it('asks the cluster that the line names', async () => {
    const flags = `--auth-server=${cluster.authAddress} -i ${cluster.adminIdentityFile}`;
    const none = { TELEPORT_AUTH_SERVER: '', TELEPORT_IDENTITY_FILE: '' };

    expect(await answers(`${flags} bots rm b`, none)).toEqual(['builder']);
    expect(await answers('bots rm b', none)).toEqual([]);
  });

  it('says nothing when the cluster cannot be reached', async () => {
    expect(await answers('bots rm b', { TELEPORT_AUTH_SERVER: '127.0.0.1:1' })).toEqual([]);
  });

  it('never tells a secret', async () => {
    for (const line of ['tokens rm ', 'tokens secret ', 'get token/', 'rm token/', 'lock --join-token='])
      expect(await answers(line)).toHaveLength(1);
  });
});

describe('tbot complete', () => {
  const run = async (...args: string[]) => (await runTbot(['complete', ...args])).stdout;

  it('knows commands, flags and their values', async () => {
    expect(await run('--word=sta', '--')).toMatch(/^start\tRun the agent.*\n$/);
    expect(await run('--word=k', '--', '-d', 'start')).toMatch(/^kubernetes\t.*\nkubernetes\/v2\t.*\n$/);
    expect(await run('--word=--oneshot-', '--', 'start', 'identity')).toMatch(/^--oneshot-timeout=\t.*\n$/);
    expect(await run('--word=tp', '--', 'start', '--join-method')).toBe('tpm\n');
    expect(await run('--word=', '--', 'start', '-c')).toBe(':files\n');
  });
});

/** Runs a script in a shell that has loaded what `completion` prints. */
async function inShell(shell: string, args: string[], script: string): Promise<string> {
  const child = spawn(shell, [...args, '-c', script], {
    cwd: folder,
    env: { ...env, PATH: `${folder}:${process.env.PATH}`, HOME: folder, NODE_COMPILE_CACHE: codeCache, TERM: 'dumb' },
  });
  const { stdout, stderr } = await finished(child);
  expect(stderr).toBe('');
  return stdout;
}

/** Tests for a shell, or a word on why there are none. */
function describeShell(shell: string, tests: () => void): void {
  const isThere = spawnSync(shell, ['-c', 'exit 0']).status === 0;
  if (!isThere) console.info(`completion is not tested in ${shell}, which is not installed`);
  (isThere ? describe : describe.skip)(`in ${shell}`, tests);
}

/** Lines as typed up to the cursor, and what each shell then puts for the last word. */
const TYPED: [line: string, words: string[]][] = [
  ['tctl bots rm ', ['builder']],
  ['tctl get bots/bu', ['bots/builder']],
  ['tctl lis', ['list-kinds']],
  ['tctl bots add ci --roles=access,edi', ['--roles=access,editor']],
  ['tctl create tb', ['tbot']],
  ['tbot start kubernetes --join-method=tp', ['--join-method=tpm']],
];

describeShell('bash', () => {
  it.each(TYPED)('%s', async (line, words) => {
    const script = `source <(tctl completion bash); source <(tbot completion bash)
      COMP_LINE='${line}' COMP_POINT=${line.length}
      _${line.slice(0, 4)} ${line.slice(0, 4)}
      printf '%s\\n' "\${COMPREPLY[@]}"`;
    // bash replaces what follows the last = only.
    expect((await inShell('bash', ['--norc'], script)).trim().split('\n')).toEqual(
      words.map((word) => word.split('=').at(-1)),
    );
  });
});

describeShell('zsh', () => {
  it.each(TYPED)('%s', async (line, words) => {
    // Stand-ins for what is there only while a person types.
    const script = `
      compdef() { :; }; _files() { print -r -- tbot; }; compset() { :; }
      compadd() { print -rl -- "\${(@P)@[-1]}"; }
      source <(tctl completion zsh); source <(tbot completion zsh)
      words=(${line.replace(/ $/, " ''")}); CURRENT=$#words; PREFIX=$words[CURRENT]
      _${line.slice(0, 4)}`;
    expect((await inShell('zsh', ['-f'], script)).trim().split('\n')).toEqual(words);
  });
});

describeShell('fish', () => {
  it.each(TYPED)('%s', async (line, words) => {
    const script = `tctl completion fish | source; tbot completion fish | source; complete -C '${line}'`;
    const printed = await inShell('fish', ['--no-config'], script);
    const offered = printed
      .trim()
      .split('\n')
      .map((each) => each.split('\t')[0]);
    expect(offered).toEqual(words);
  });
});
