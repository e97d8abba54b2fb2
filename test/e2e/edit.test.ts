import { once } from 'node:events';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { editUntilValid } from '../../src/lib/cli/edit-session.js';
import { createEditedFile } from '../../src/lib/cli/editor.js';
import type { RunningCluster } from '../../src/lib/cluster/index.js';
import { startTestCluster } from '../helpers/cluster.js';
import { adminEnv, finished, runCli, startCli } from '../helpers/run-cli.js';
import { boundKeypair } from '../helpers/since-release.js';
import { startTcpGate } from '../helpers/tcp-gate.js';

let cluster: RunningCluster;

beforeAll(async () => {
  cluster = await startTestCluster();
});
afterAll(() => cluster.stop());

const tctl = (args: string[], env: Record<string, string> = {}, stdin = '') =>
  runCli(args, { env: { ...adminEnv(cluster), TMPDIR: cluster.dataDir, ...env }, stdin });

const TCTL = fileURLToPath(new URL('../../bin/run.js', import.meta.url));
let editors = 0;

/** An editor that runs a piece of JavaScript on the text of the file: `text` in, `text` out. */
async function editor(body: string, imports = ''): Promise<string> {
  editors += 1;
  const path = join(cluster.dataDir, `editor-${editors}.mjs`);
  const file = 'process.argv[2]';
  await writeFile(
    path,
    `import { readFileSync, writeFileSync } from 'node:fs';
     import { execFileSync } from 'node:child_process';
     ${imports}
     let text = readFileSync(${file}, 'utf8');
     ${body}
     writeFileSync(${file}, text);`,
  );
  return `${process.execPath} ${path}`;
}

/** Changes a resource as somebody else would while the editor is open. */
const meanwhile = (document: string) =>
  `execFileSync(process.execPath, [${JSON.stringify(TCTL)}, 'create', '-f'], { input: ${JSON.stringify(document)} });`;

async function role(name: string, login = 'root'): Promise<string> {
  const document = `kind: role\nversion: v7\nmetadata: {name: ${name}}\nspec: {allow: {logins: [${login}]}, options: {max_session_ttl: 8h}}\n`;
  const { stderr } = await tctl(['create', '-f'], {}, document);
  if (stderr) throw new Error(stderr);
  return document;
}

const show = async (ref: string) => JSON.parse((await tctl(['get', ref, '--format=json'])).stdout)[0];

/** The file that a failed edit names. */
async function keptText(stderr: string): Promise<string> {
  const path = /^Your text is kept in (\S+)$/m.exec(stderr)?.[1] ?? '';
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  return readFile(path, 'utf8');
}

describe('edit', () => {
  it('sends what was changed, from the editor that the environment names', async () => {
    await role('edited');
    const EDITOR = await editor("text = text.replace('- root', '- ubuntu');");

    const first = await tctl(['edit', 'role/edited'], { TELEPORT_EDITOR: EDITOR, VISUAL: 'false', EDITOR: 'false' });
    expect(first).toMatchObject({ status: 0, stdout: 'role "edited" has been updated\n', stderr: '' });
    expect((await show('role/edited')).spec.allow.logins).toEqual(['ubuntu']);

    expect((await tctl(['edit', 'role/edited'], { VISUAL: EDITOR, EDITOR: 'false' })).stdout).toBe(
      'edit canceled, no changes made\n',
    );
  });

  it('takes bots, tokens, locks and settings, and several documents at once', async () => {
    await tctl(['bots', 'add', 'robot', '--roles=access', '--format=json']);
    await tctl([
      'tokens',
      'configure',
      'azure',
      '--bot-name=robot',
      '--name=robot-azure',
      '--subscription=1',
      '--apply',
    ]);
    const { name } = JSON.parse((await tctl(['lock', '--login=nobody', '--format=json'])).stdout);
    const EDITOR = await editor(
      `text = text.replace('43200s', '3600s').replace('subscription: "1"', 'subscription: "2"').replace('login: nobody', 'login: nobody\\n    user: x').replace(/idle_timeout: .*/, 'idle_timeout: 5m0s').replace('- access', '- editor');`,
    );

    const { stdout, stderr } = await tctl(['edit', `bot/robot,tokens/robot-azure,lock/${name},netconfig`], { EDITOR });

    expect(stderr).toBe('');
    expect(stdout.split('\n')).toEqual([
      'bot "robot" has been updated',
      'provision_token "robot-azure" has been updated',
      `lock "${name}" has been updated`,
      'cluster networking configuration has been updated',
      '',
    ]);
    expect((await show('bot/robot')).spec).toMatchObject({ max_session_ttl: '3600s', roles: ['editor'] });
    expect((await show('token/robot-azure')).spec.azure.allow).toEqual([{ subscription: '2' }]);
    expect((await show(`lock/${name}`)).spec.target).toEqual({ login: 'nobody', user: 'x' });
  });

  it('takes users without their passwords, which stay', async () => {
    const EDITOR = await editor("text = text.replace('traits: {}', '').replace('- access', '- auditor');");
    const user = 'kind: user\nversion: v2\nmetadata: {name: alice}\nspec: {roles: [access]}\n';
    await tctl(['create'], {}, user);

    expect(await tctl(['edit', 'user/alice'], { EDITOR })).toMatchObject({
      status: 0,
      stdout: 'user "alice" has been updated\n',
    });
    expect((await show('user/alice')).spec.roles).toEqual(['auditor']);
  });

  it('leaves alone what was left out, and what only a comment was added to', async () => {
    await Promise.all([role('kept-a'), role('kept-b')]);
    const EDITOR = await editor("text = '# a remark\\n' + text.split('---\\n')[1];");

    const { stdout } = await tctl(['edit', 'role/kept-a,role/kept-b'], { EDITOR });

    expect(stdout).toBe('edit canceled, no changes made\n');
    expect((await show('role/kept-a')).metadata.name).toBe('kept-a');
  });

  it('on a conflict says what you changed, what the cluster changed and where both clash, and keeps the text', async () => {
    const document = await role('contested');
    const theirs = document.replace('[root]', '[theirs]').replace('8h', '2h');
    const EDITOR = await editor(
      `text = text.replace('- root', '- yours').replace('forward_agent: false', 'forward_agent: true'); ${meanwhile(theirs)}`,
    );

    const { status, stdout, stderr } = await tctl(['edit', 'role/contested'], { EDITOR });

    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toContain(`ERROR: role "contested" was changed by somebody else while you were editing it
  Only you have changed:
    spec.options.forward_agent: false -> true
  Only the cluster has changed:
    spec.options.max_session_ttl: 8h0m0s -> 2h0m0s
  Both have changed:
    spec.allow.logins: ["root"] -> yours: ["yours"]; the cluster's: ["theirs"]
`);
    expect(await keptText(stderr)).toMatch(/- yours/);
    expect((await show('role/contested')).spec.allow.logins).toEqual(['theirs']);
  });

  it('notices a change of a bot, which has no revision, and one that was removed', async () => {
    await tctl(['bots', 'add', 'busy', '--format=json']);
    const bot = 'kind: bot\nmetadata: {name: busy}\nspec: {roles: [editor]}\n';
    const change = "text = text.replace('43200s', '3600s');";
    const changed = await tctl(['edit', 'bot/busy'], { EDITOR: await editor(change + meanwhile(bot)) });
    expect(changed.stderr).toMatch(
      /bot "busy" was changed by somebody else(.|\n)*spec\.roles: \(none\) -> \["editor"\]/,
    );

    const remove = `execFileSync(process.execPath, [${JSON.stringify(TCTL)}, 'bots', 'rm', 'busy']);`;
    const removed = await tctl(['edit', 'bot/busy'], { EDITOR: await editor(change + remove) });
    expect(removed).toMatchObject({ status: 1, stdout: '' });
    expect(await keptText(removed.stderr)).toMatch(/3600s/);
  });

  boundKeypair.it('shows no secrets in a conflict', async () => {
    await tctl(['bots', 'add', 'bound', '--format=json']);
    const flags = ['--type=bot', '--bot-name=bound', '--join-method=bound_keypair', '--value=bound-token'];
    await tctl(['tokens', 'add', ...flags, '--format=json']);
    const token = `kind: token
version: v2
metadata: {name: bound-token}
spec:
  roles: [Bot]
  bot_name: bound
  join_method: bound_keypair
  bound_keypair: {onboarding: {registration_secret: another-secret}, recovery: {limit: 5}}
`;
    const EDITOR = await editor(`text = text.replace('limit: 1', 'limit: 3'); ${meanwhile(token)}`);

    const { stderr } = await tctl(['--debug', 'edit', 'token/bound-token'], { EDITOR });

    expect(stderr).toMatch(
      /Both have changed:\n {4}spec\.bound_keypair\.recovery\.limit: 1 -> yours: 3; the cluster's: 5\n/,
    );
    expect(stderr).toMatch(/onboarding\.registration_secret: \(a secret\) -> \(a secret\)/);
    expect(stderr).not.toMatch(/another-secret/);
  });

  it.each([
    ['a misspelt field', "text = text.replace('logins:', 'login:');", /spec\.allow\.login: .*logins/],
    ['broken YAML', "text += '  - [';", /edit.*\.yaml:\d+:\d+/],
    ['another name', "text = text.replace('name: faulty', 'name: other');", /role "other" is not what is being edited/],
    ['an editor that fails', "text += '# half'; process.exitCode = 3;", /editor .* ended with 3/],
  ])('keeps the text after %s', async (_, body, message) => {
    await role('faulty');

    const { status, stdout, stderr } = await tctl(['edit', 'role/faulty'], { EDITOR: await editor(body) });

    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(message);
    expect(await keptText(stderr)).toMatch(/kind: role/);
  });

  it('says where the text is when it is ended while nobody answers', async () => {
    await role('unsent');
    const gate = await startTcpGate(cluster.authAddress);
    const control = createServer(); // the editor knocks here when it is done
    await new Promise<void>((resolve) => control.listen(0, '127.0.0.1', resolve));
    const { port } = control.address() as AddressInfo;
    const EDITOR = await editor(
      `text = text.replace('- root', '- ubuntu'); await new Promise((done) => connect(${port}, '127.0.0.1').on('close', done).resume());`,
      "import { connect } from 'node:net';",
    );
    const env = { ...adminEnv(cluster), TELEPORT_AUTH_SERVER: gate.address, TMPDIR: cluster.dataDir, EDITOR };
    const child = startCli(['edit', 'role/unsent'], { env });
    const ended = finished(child);
    const [edited] = (await once(control, 'connection')) as [Socket];
    const waiting = gate.mute();
    edited.end();
    await waiting;
    child.kill('SIGINT');

    const { status, stderr } = await ended;
    expect(status).toBe(130);
    expect(await keptText(stderr)).toMatch(/- ubuntu/);
    gate.close();
    control.close();
  });

  it('tells the error where the editor has removed the file', async () => {
    await role('faulty');
    const EDITOR = await editor(
      'unlinkSync(process.argv[2]); process.exit(2);',
      "import { unlinkSync } from 'node:fs';",
    );

    expect(await tctl(['edit', 'role/faulty'], { EDITOR })).toMatchObject({
      status: 1,
      stderr: expect.stringMatching(/^ERROR: the editor .* ended with 2; nothing was sent\n$/),
    });
  });

  it('says which editor is missing, and keeps nothing where nothing was changed', async () => {
    const { status, stderr } = await tctl(['edit', 'role/access'], { EDITOR: 'no-such-editor --wait' });

    expect(status).toBe(1);
    expect(stderr).toBe(
      'ERROR: the editor no-such-editor --wait cannot be started\n  Name one that is installed, for example with EDITOR=nano\n',
    );
  });

  it('refuses what cannot be edited before the editor opens', async () => {
    const { status, stderr } = await tctl(['edit', 'bot_instances'], { EDITOR: 'false' });

    expect(status).toBe(1);
    expect(stderr).toMatch(/^ERROR: resources of kind bot_instance cannot be edited/);
  });
});

describe('a text that cannot be used, with somebody at the terminal', () => {
  const TEXT = 'kind: role\nversion: v7\nmetadata: {name: x}\nspec: {}\n';

  it('is opened again with what is wrong at its top, the lines being those of the text as it is then', async () => {
    const EDITOR = await editor(
      "text = text.includes('# tctl: ') ? text.replace(/^spek:/m, 'spec:').replace('v7', 'v8') : text.replace('spec:', 'spek:');",
    );
    const file = await createEditedFile('role-x.yaml', TEXT);

    const result = await editUntilValid(
      file,
      TEXT,
      { env: { ...process.env, EDITOR }, stdinIsTerminal: true },
      (all) => all,
    );

    expect(result.map(({ name, message }) => [name, (message as unknown as { version: string }).version])).toEqual([
      ['x', 'v8'],
    ]);
    const text = await file.read();
    const line = Number(/role-x\.yaml:(\d+):/.exec(text)?.[1]);
    expect(text.split('\n')[line - 1]).toMatch(/^spec:/);
    await file.remove();
  });

  it('is given up when it is left as it is', async () => {
    const EDITOR = await editor("text = text.replace('spec:', 'spek:');");
    const file = await createEditedFile('role-x.yaml', TEXT);

    const session = editUntilValid(
      file,
      TEXT,
      { env: { ...process.env, EDITOR }, stdinIsTerminal: true },
      (all) => all,
    );

    await expect(session).rejects.toMatchObject({ code: 'document_invalid' });
    await file.remove();
  });
});
