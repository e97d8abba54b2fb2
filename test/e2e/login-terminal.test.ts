import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunningCluster } from '../../src/lib/cluster/index.js';
import { startTestCluster } from '../helpers/cluster.js';
import { codeOf, PASSWORD, setPassword } from '../helpers/login-users.js';
import { adminEnv, runCli } from '../helpers/run-cli.js';
import { type Answers, cliCommand, hasTerminals, runAtTerminal } from '../helpers/terminal.js';

const root = new URL('../../', import.meta.url);

(hasTerminals ? describe : describe.skip)('at a terminal', () => {
  let cluster: RunningCluster;
  let folder: string;
  /** Minutes that the cluster's clock, which stands still, is ahead: each test has codes of its own. */
  let ahead = 0;
  const start = Date.now();

  beforeAll(async () => {
    cluster = await startTestCluster({ adminMfa: true, clock: () => new Date(start + ahead * 60_000) });
    folder = await mkdtemp(join(tmpdir(), 'login-terminal-'));
  });
  afterAll(async () => {
    await cluster.stop();
    await rm(folder, { recursive: true });
  });

  const addUser = (name: string) => runCli(['users', 'add', name, '--roles=editor,access'], { env: adminEnv(cluster) });
  const atTerminal = (args: string[], answers: Answers) =>
    runAtTerminal(cliCommand(root, ...args, `--ca-file=${cluster.proxyCaFile}`), {
      env: { TELEPORT_HOME: folder },
      answers,
    });

  it('users accept asks for a password, shows the secret, and asks for a code', async () => {
    const { stdout } = await addUser('alice');
    const link = /^https:\S+$/m.exec(stdout)?.[0] ?? '';
    const answers: Answers = [
      ['new password', () => 'short'],
      ['new password', () => PASSWORD],
      ['The same again', () => 'another'],
      ['new password', () => PASSWORD],
      ['The same again', () => PASSWORD],
      ['Code that the app shows', () => 'wrong'],
      ['Code that the app shows', (screen) => codeOf(cluster.state, secretOn(screen))],
    ];
    const run = await atTerminal(['users', 'accept', link], answers);

    expect(run).toMatchObject({ status: 0, screen: expect.stringContaining('one-time passwords now') });
    expect(run.screen).not.toContain(PASSWORD);
  });

  it('ends at Ctrl-C with the status of an interrupted program', async () => {
    const run = await atTerminal(
      ['login', `--proxy=${cluster.proxyAddress}`, '--user=carol'],
      [['Password of user carol', () => '\u0003']],
    );

    expect(run).toMatchObject({ status: 130, screen: expect.stringContaining('ERROR: interrupted') });
  });

  it('login asks for password and code, and administration for one code more', async () => {
    await addUser('bob');
    const secret = await setPassword(cluster.state, 'bob');
    const login = await atTerminal(
      ['login', `--proxy=${cluster.proxyAddress}`, '--user=bob'],
      [
        ['Password of user bob', () => PASSWORD],
        ['authenticator app', () => codeOf(cluster.state, secret, 30)],
      ],
    );
    expect(login).toMatchObject({ status: 0, screen: expect.stringContaining('Logged in to example.test') });
    expect(login.screen).not.toContain(PASSWORD);

    ahead = 30;
    const documents = join(folder, 'roles.yaml');
    const names = ['one', 'two', 'three'];
    await writeFile(
      documents,
      names.map((name) => `kind: role\nversion: v7\nmetadata: {name: ${name}}\n`).join('---\n'),
    );
    const created = await atTerminal(
      ['create', '-f', documents],
      [['authenticator app', () => codeOf(cluster.state, secret)]],
    );
    expect(created).toMatchObject({ status: 0 });
    for (const name of names) expect(created.screen).toContain(`role "${name}" has been created`);
  });
});

function secretOn(screen: string): string {
  return /Secret {2}([A-Z2-7 ]+)/.exec(screen)?.[1]?.replaceAll(' ', '') ?? '';
}
