import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { peerBinary, runBinary } from './peer-tools.js';
import type { CliRun } from './run-cli.js';

const READY_WITHIN_MS = 90_000;
const STOPPED_WITHIN_MS = 10_000;
const SEEN_WITHIN_MS = 15_000;

/** A cluster of real binaries, running on this machine. */
export interface RealCluster {
  clusterName: string;
  /** `127.0.0.1:PORT`. */
  authAddress: string;
  /** `localhost:PORT`, with a certificate that the proxy signed itself. */
  proxyAddress: string;
  /** PEM file of that certificate. */
  proxyCaFile: string;
  /** Port of the SSH service, if it was asked for. Its host is called `localhost`. */
  sshPort: number;
  /** teleport.yaml of the host that auth service and proxy run on. */
  configFile: string;
  /** Identity file of a user with the roles editor, access and auditor. */
  identityFile: string;
  /** Identity file of a user with the role access. */
  viewerIdentityFile: string;
  /** An empty folder for what the tests write. */
  folder: string;
  /** Runs the real tctl as the auth host's own administrator. */
  tctl(args: string[], stdin?: string): Promise<CliRun>;
  /** Resolves when reads, which go through a cache, show everything written before the call. */
  settle(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts auth service and proxy of `TELEPORT_PEER` on free loopback ports with a fresh data folder. */
export async function startRealCluster(
  clusterName = 'example.test',
  { hasSshHost = false } = {},
): Promise<RealCluster> {
  const folder = await mkdtemp(join(tmpdir(), 'peer-cluster-'));
  const [authPort, webPort, sshPort] = await freePorts();
  const configFile = join(folder, 'teleport.yaml');
  await writeFile(configFile, configuration(clusterName, folder, authPort, webPort) + sshService(sshPort, hasSshHost));
  const server = spawn(peerBinary('teleport'), ['start', '-c', configFile], {
    cwd: folder,
    stdio: 'ignore',
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      AWS_EC2_METADATA_DISABLED: 'true',
      TELEPORT_UNSTABLE_BOUND_KEYPAIR_JOINING_EXPERIMENT: '1',
    },
  });
  const stop = async () => {
    await end(server);
    await rm(folder, { recursive: true, force: true });
  };
  const tctl = (args: string[], stdin?: string) => runBinary('tctl', ['-c', configFile, ...args], { stdin });
  try {
    await ready(server, tctl, join(folder, 'log'));
    return {
      clusterName,
      authAddress: `127.0.0.1:${authPort}`,
      proxyAddress: `localhost:${webPort}`,
      proxyCaFile: join(folder, 'data/webproxy_cert.pem'),
      sshPort,
      configFile,
      identityFile: await signIdentity(tctl, folder, 'boss', 'editor,access,auditor'),
      viewerIdentityFile: await signIdentity(tctl, folder, 'viewer', 'access'),
      folder,
      tctl,
      settle: () => settle(tctl),
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function configuration(clusterName: string, folder: string, authPort: number, webPort: number): string {
  return `version: v3
teleport:
  nodename: localhost
  data_dir: ${join(folder, 'data')}
  log: {output: ${join(folder, 'log')}, severity: ERROR}
auth_service:
  enabled: yes
  cluster_name: ${clusterName}
  listen_addr: 127.0.0.1:${authPort}
  proxy_listener_mode: multiplex
  authentication: {type: local, second_factors: [otp]}
proxy_service: {enabled: yes, web_listen_addr: "127.0.0.1:${webPort}", public_addr: "localhost:${webPort}"}
`;
}

function sshService(port: number, isEnabled: boolean): string {
  return `ssh_service: {enabled: ${isEnabled ? 'yes' : 'no'}, listen_addr: "127.0.0.1:${port}"}\n`;
}

type Tctl = RealCluster['tctl'];

async function ready(server: ChildProcess, tctl: Tctl, logFile: string): Promise<void> {
  const deadline = Date.now() + READY_WITHIN_MS;
  for (;;) {
    const { status, stderr } = await tctl(['status']);
    if (status === 0) return;
    if (server.exitCode !== null || Date.now() > deadline) {
      const log = await readFile(logFile, 'utf8').catch(() => '');
      throw new Error(`the real cluster is not ready (exit status ${server.exitCode}): ${stderr}\n${log}`);
    }
    await wait(250);
  }
}

async function signIdentity(tctl: Tctl, folder: string, user: string, roles: string): Promise<string> {
  const file = join(folder, `${user}.id`);
  succeeded(await tctl(['users', 'add', user, `--roles=${roles}`]));
  succeeded(await tctl(['auth', 'sign', `--user=${user}`, `--out=${file}`, '--ttl=1h']));
  return file;
}

let markers = 0;

/**
 * Makes a user, and waits until it is listed, then until it is gone again: the cache takes up changes in their order, so
 * that what was written before is seen by then. (Tokens would not do: they are read past the cache.)
 */
async function settle(tctl: Tctl): Promise<void> {
  const name = `settle-${++markers}`;
  const listed = async () => (await tctl(['users', 'ls', '--format=json'])).stdout.includes(`"${name}"`);
  succeeded(await tctl(['create'], `kind: user\nversion: v2\nmetadata: {name: ${name}}\nspec: {roles: [access]}\n`));
  await until(listed);
  succeeded(await tctl(['users', 'rm', name]));
  await until(async () => !(await listed()));
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + SEEN_WITHIN_MS;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error('the real cluster does not show what was written');
    await wait(50);
  }
}

function succeeded({ status, stderr }: CliRun): void {
  if (status !== 0) throw new Error(`the real tctl failed: ${stderr}`);
}

async function end(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => server.once('exit', () => resolve()));
  const force = setTimeout(() => server.kill('SIGKILL'), STOPPED_WITHIN_MS);
  server.kill('SIGTERM');
  await ended;
  clearTimeout(force);
}

/** Three ports that nothing listens on. */
async function freePorts(): Promise<[number, number, number]> {
  const servers = [createServer(), createServer(), createServer()];
  const ports = await Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve, reject) => {
          server.once('error', reject);
          server.listen(0, '127.0.0.1', () => resolve((server.address() as { port: number }).port));
        }),
    ),
  );
  await Promise.all(servers.map((server) => new Promise((resolve) => server.close(resolve))));
  return ports as [number, number, number];
}
