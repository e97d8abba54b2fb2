import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';
import { runCli, startCli } from '../helpers/run-cli.js';

const tctlPath = fileURLToPath(new URL('../../bin/run.js', import.meta.url));

describe('dev with a command', () => {
  it('runs it against a cluster that answers, and ends with its status', async () => {
    const script = `"${process.execPath}" "${tctlPath}" status --format=json && exit 7`;

    const { status, stdout } = await runCli([
      'dev',
      '--ephemeral',
      '--cluster-name=try.test',
      '--',
      'sh',
      '-c',
      script,
    ]);

    expect(status).toBe(7);
    expect(JSON.parse(stdout).cluster.name).toBe('try.test');
  });

  it('names the cluster in the variables that the real tools read, and cleans up', async () => {
    const { stdout } = await runCli(['dev', '--ephemeral', '--', 'env']);

    const variables = new Map(stdout.split('\n').map((line) => line.split('=', 2) as [string, string]));
    expect(variables.get('TELEPORT_AUTH_SERVER')).toMatch(/^127\.0\.0\.1:\d+$/);
    expect(variables.get('TELEPORT_HOME')).toBeTruthy();
    expect(existsSync(dirname(variables.get('TELEPORT_IDENTITY_FILE') ?? ''))).toBe(false);
  });

  it('gives the status that shells give for a command ended by a signal', async () => {
    const { status } = await runCli(['dev', '--ephemeral', '--', 'sh', '-c', 'kill -TERM $$']);

    expect(status).toBe(128 + 15);
  });

  it('passes a signal on to the command', async () => {
    const script = 'trap "echo stopped; exit 3" TERM; echo ready; while :; do sleep 0.05; done';
    const child = startCli(['dev', '--ephemeral', '--', 'sh', '-c', script]);
    let stdout = '';
    for await (const chunk of child.stdout) {
      stdout += chunk;
      if (stdout === 'ready\n') child.kill('SIGTERM');
    }
    const status = child.exitCode ?? (await once(child, 'exit'))[0];

    expect({ status, stdout }).toEqual({ status: 3, stdout: 'ready\nstopped\n' });
  });

  it('says that the command cannot be run', async () => {
    const { status, stdout, stderr } = await runCli(['dev', '--ephemeral', '--', 'no-such-program']);

    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/cannot run "no-such-program"/);
  });

  it('refuses a command without --', async () => {
    expect((await runCli(['dev', 'tctl', 'status'])).stderr).toMatch(
      /unexpected argument "tctl"\n\s+A command to run goes after --/,
    );
  });
});

describe('dev in the foreground', () => {
  it('prints lines that use the cluster as they stand, keeps its data, and stops when asked to', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'dev-'));
    const dev = ['dev', '--data-dir', folder, '--auth-port=0', '--proxy-port=0'];
    const shell = (commands: string) => `tctl() { "${process.execPath}" "${tctlPath}" "$@"; }\n${commands}`;
    try {
      const first = await withForegroundCluster(dev, (lines) => sh(shell(`${lines}\ntctl bots add kept`)));
      expect(first.status).toBe(0);

      const second = await withForegroundCluster(dev, (lines) => sh(shell(`${lines}\ntctl get bot/kept`)));
      expect(second.output).toMatch(/name: kept/);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

async function sh(script: string): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile('sh', ['-e', '-c', script], (error, stdout, stderr) =>
      error ? reject(new Error(stderr)) : resolve(stdout),
    );
  });
}

/** Starts `dev`, hands over the lines that it prints for pasting, and asks it to stop. */
async function withForegroundCluster(args: string[], use: (lines: string) => Promise<string>) {
  const child = startCli(args);
  let stdout = '';
  let output = '';
  for await (const chunk of child.stdout) {
    const complete = /TELEPORT_HOME=.* tctl status\n/.test(stdout);
    stdout += chunk;
    if (complete || !/TELEPORT_HOME=.* tctl status\n/.test(stdout)) continue;
    const lines = stdout.match(/^ {2}(?:export|tctl|TELEPORT_HOME).*$/gm) ?? [];
    output = await use(lines.join('\n'));
    child.kill('SIGTERM');
  }
  const status = child.exitCode ?? (await once(child, 'exit'))[0];
  return { status, output };
}
