import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { writeAdminIdentityFile } from '../../src/lib/cluster/admin-credentials.js';
import type { RunningCluster } from '../../src/lib/cluster/index.js';
import { startTestCluster } from '../helpers/cluster.js';
import { userEnv } from '../helpers/identities.js';
import { adminEnv, type CliOptions, runCli } from '../helpers/run-cli.js';

let cluster: RunningCluster;
let folder: string;

beforeAll(async () => {
  cluster = await startTestCluster();
  folder = await mkdtemp(join(tmpdir(), 'bad-input-'));
});

afterAll(async () => {
  await cluster.stop();
  await rm(folder, { recursive: true });
});

/** Runs a command that must fail: status 1, nothing on standard output. @returns what it says on standard error. */
async function failure(args: string[], options: CliOptions = {}): Promise<string> {
  const { status, stdout, stderr } = await runCli(args, { cwd: folder, env: adminEnv(cluster), ...options });
  expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
  expect(stderr).toMatch(/^ERROR: \S/);
  expect(stderr).not.toMatch(/\n\s+at .*\.js:\d+/); // no stack traces
  return stderr;
}

async function createFailure(text: string): Promise<string> {
  await writeFile(join(folder, 'x.yaml'), text);
  return failure(['create', 'x.yaml']);
}

const token = (spec: string) =>
  `kind: token\nversion: v2\nmetadata:\n  name: example\nspec:\n${spec.replace(/^/gm, '  ')}\n`;

describe('a line that makes no sense', () => {
  it('names the unknown command and the one that was probably meant', async () => {
    expect(await failure(['bots', 'lst'])).toMatch(/unknown command "bots lst"\n\s+Did you mean "tctl bots ls"\?/);
  });

  it('names the unknown flag and the one that was probably meant', async () => {
    expect(await failure(['bots', 'ls', '--fromat=json'])).toMatch(
      /unknown flag "--fromat"\n\s+Did you mean "--format"\?/,
    );
  });

  it('names the missing argument and shows how the command is called', async () => {
    expect(await failure(['bots', 'add'])).toMatch(/missing <name>\n\nUsage: tctl bots add/);
  });

  it('names the missing flag', async () => {
    expect(await failure(['tokens', 'add'])).toMatch(/missing --type\n\nUsage: tctl tokens add/);
  });

  it('lists the subcommands where one is missing', async () => {
    expect(await failure(['tokens'])).toMatch(
      /subcommand is missing\n\s+Choose one of: add, configure, ls, rm, secret/,
    );
  });

  it('names the accepted values of a flag', async () => {
    expect(await failure(['get', 'tokens', '--format=xml'])).toMatch(
      /--format must be one of yaml, json, text, not "xml"/,
    );
  });

  it('explains durations', async () => {
    expect(await failure(['bots', 'add', 'x', '--ttl=soon'])).toMatch(/--ttl=soon is not a duration[\s\S]*--ttl=90m/);
  });
});

describe('documents that cannot be used', () => {
  it('says that a file is empty', async () => {
    expect(await createFailure('')).toMatch(/x\.yaml:1:1: no resources found/);
    expect(await createFailure('---\n# nothing\n---\n')).toMatch(/no resources found/);
  });

  it('says that a file does not exist', async () => {
    expect(await failure(['create', 'nosuch.yaml'])).toMatch(/cannot read nosuch\.yaml: there is no such file/);
  });

  it('says where the YAML breaks', async () => {
    expect(await createFailure('kind: token\n  bad: [\n')).toMatch(/x\.yaml:2:\d+: /);
  });

  it('names an unknown kind and the one that was probably meant', async () => {
    expect(await createFailure('kind: tokn\nversion: v2\nmetadata: {name: x}\n')).toMatch(
      /x\.yaml:1:\d+: kind: .*tokn?[\s\S]*token/,
    );
    expect(await failure(['get', 'tokn/x'])).toMatch(/tokn[\s\S]*token/);
  });

  it('names the versions that there are', async () => {
    expect(await createFailure(token('roles: [Bot]').replace('v2', 'v9'))).toMatch(/x\.yaml:2:\d+: version: .*v2/);
  });

  it('says which field has the wrong type', async () => {
    expect(await createFailure(token('roles: Bot\nbot_name: x'))).toMatch(/x\.yaml:6:\d+: spec\.roles: .*list/);
    expect(await createFailure(token('roles: [Bot]\nbot_name: 12'))).toMatch(
      /x\.yaml:7:\d+: spec\.bot_name: .*(text|string)/,
    );
  });

  it('says which field is misspelt, and which was meant', async () => {
    expect(await createFailure(token('roles: [Bot]\nbot_nam: x'))).toMatch(
      /x\.yaml:7:\d+: spec\.bot_nam: [\s\S]*bot_name/,
    );
  });

  it('names the accepted values of a field', async () => {
    expect(await createFailure(token('roles: [Bot]\nbot_name: x\njoin_method: githb'))).toMatch(
      /x\.yaml:8:\d+: spec\.join_method: [\s\S]*github/,
    );
  });

  it('writes none of several documents if one is wrong, and reports all that is wrong', async () => {
    const bot = 'kind: bot\nversion: v1\nmetadata: {name: never}\nspec: {roles: []}\n';

    const stderr = await createFailure(`${bot}---\n${token('roles: [Nope]')}---\nkind: nosuch\n`);

    expect(stderr).toMatch(/spec\.roles\[0\]/);
    expect(stderr).toMatch(/x\.yaml:13:7: kind: "nosuch" is not accepted/);
    expect(await failure(['get', 'bot/never'])).toMatch(/there is no bot "never"/);
  });
});

describe('a cluster that cannot be used', () => {
  it('says that nothing answers, where, and as whom', async () => {
    const env = { ...adminEnv(cluster), TELEPORT_AUTH_SERVER: '127.0.0.1:1' };

    expect(await failure(['status'], { env })).toMatch(/127\.0\.0\.1:1[\s\S]*admin\.pem[\s\S]*connection refused/);
  });

  it('says that credentials have expired, since when, and how to get new ones', async () => {
    const identityFile = join(folder, 'old.pem');
    const state = { ...cluster.state, clock: () => new Date('2020-01-01T00:00:00Z') };
    await writeAdminIdentityFile(identityFile, { state, username: 'admin', roles: ['editor'], ttlMs: 3_600_000 });
    const env = { ...adminEnv(cluster), TELEPORT_IDENTITY_FILE: identityFile };

    expect(await failure(['status'], { env })).toMatch(/old\.pem[\s\S]*expired[\s\S]*2020-01-01/);
  });

  it('says that an identity file does not exist', async () => {
    const args = ['status', '-i', 'nosuch.pem', `--auth-server=${cluster.authAddress}`];

    expect(await failure(args, { env: {} })).toMatch(/nosuch\.pem does not exist/);
  });

  it('says that there are no credentials at all, and what can be done', async () => {
    const env = { TELEPORT_HOME: join(folder, 'no-tsh-home') };

    expect(await failure(['status'], { env })).toMatch(/no credentials found[\s\S]*tsh login[\s\S]*tctl dev/);
  });

  it('says that a file may not be read', async () => {
    const path = join(folder, 'locked.yaml');
    await writeFile(path, 'kind: bot\n');
    await chmod(path, 0);

    // The superuser may read everything.
    if (process.getuid?.() === 0) expect(await failure(['create', folder])).toMatch(/it is a folder/);
    else expect(await failure(['create', path])).toMatch(/you may not read it/);
  });
});

describe('a request that the cluster refuses', () => {
  it('says what the user may not do, and who can help', async () => {
    const env = await userEnv(cluster, 'reader', ['access']);

    for (const args of [
      ['get', 'tokens'],
      ['tokens', 'ls'],
      ['bots', 'add', 'x'],
      ['rm', 'role/access'],
    ]) {
      expect(await failure(args, { env })).toMatch(/access denied[\s\S]*\n\s+Ask a cluster administrator/);
    }
  });

  it('shows what the user may see of the status, and says what is left out', async () => {
    const rules = '[{resources: [cert_authority], verbs: ["*"]}]';
    const role = `kind: role\nversion: v7\nmetadata: {name: blind}\nspec: {deny: {rules: ${rules}}}\n`;
    await runCli(['create'], { env: adminEnv(cluster), stdin: role });
    const env = await userEnv(cluster, 'blind', ['blind']);

    const { status, stdout, stderr } = await runCli(['status'], { env });

    expect(status).toBe(0);
    expect(stdout).toMatch(/^Cluster: example\.test *\nVersion: \d+\.\d+\.\d+/);
    expect(stderr).toMatch(/^WARNING: you may not read these certificate authorities, so they are left out: host/);
  });

  it('says what is missing', async () => {
    expect(await failure(['get', 'role/nope'])).toMatch(/there is no role "nope"\n\s+"tctl get role/);
    expect(await failure(['bots', 'rm', 'nope'])).toMatch(/there is no bot "nope"/);
    expect(await failure(['tokens', 'rm', 'nope'])).toMatch(/provisioning token\(\*\*\*e\) not found/);
    expect(await failure(['bots', 'add', 'x', '--token=nope'])).toMatch(/there is no token "nope"/);
  });

  it('says what is taken, and leaves nothing behind', async () => {
    await runCli(['bots', 'add', 'taken'], { env: adminEnv(cluster) });
    const before = await runCli(['tokens', 'ls', '--format=json'], { env: adminEnv(cluster) });

    expect(await failure(['bots', 'add', 'taken'])).toMatch(/bot "taken" exists already\n\s+Choose another name/);

    expect((await runCli(['tokens', 'ls', '--format=json'], { env: adminEnv(cluster) })).stdout).toBe(before.stdout);
  });
});

describe('a name that nothing can have', () => {
  it('is refused for a bot in terms of the bot, not of the storage behind it', async () => {
    expect(await failure(['bots', 'add', 'team/bot'])).toBe(
      'ERROR: a bot cannot have this name: a name is made of letters, digits and the signs @ _ : . - + only\n',
    );
  });

  it('is refused for a token without repeating it', async () => {
    expect(await failure(['tokens', 'add', '--type=node', '--value=a b'])).toBe(
      'ERROR: a token cannot have this name: a name is made of letters, digits and the signs @ _ : . - + only\n',
    );
  });
});

describe('output that cannot be written', () => {
  it('is an error of its own, without a stack trace', async () => {
    const full = openSync('/dev/full', 'w');
    const child = spawn(process.execPath, ['bin/run.js', 'tokens', 'ls'], {
      env: { PATH: process.env.PATH, ...adminEnv(cluster) },
      stdio: ['ignore', full, 'pipe'],
    });
    closeSync(full);
    let stderr = '';
    child.stderr?.setEncoding('utf8').on('data', (text) => {
      stderr += text;
    });
    const [status] = await once(child, 'close');

    expect(status).toBe(1);
    expect(stderr).toBe('ERROR: cannot write the output: ENOSPC: no space left on device, write\n');
  });
});
