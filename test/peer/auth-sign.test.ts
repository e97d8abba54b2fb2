import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AUTHORITY_EXPORTS } from '../../src/lib/resources/index.js';
import { writeAuthHost } from '../helpers/auth-host.js';
import { startTestCluster } from '../helpers/cluster.js';
import { startRealCluster } from '../helpers/peer-cluster.js';
import { runBinary } from '../helpers/peer-tools.js';
import { type CliRun, runCli } from '../helpers/run-cli.js';

interface Host {
  /** teleport.yaml of the auth host. */
  configFile: string;
  authAddress: string;
  folder: string;
  stop(): Promise<unknown>;
}

const STARTS: [string, () => Promise<Host>][] = [
  ['a real cluster', () => startRealCluster()],
  [
    'the embedded cluster',
    async () => {
      const cluster = await startTestCluster();
      const { authAddress, dataDir } = cluster;
      const folder = join(dataDir, 'auth-host');
      return { configFile: await writeAuthHost(folder, cluster), authAddress, folder, stop: () => cluster.stop() };
    },
  ],
];

/** A text without what differs with every key: PEM blocks and SSH keys keep their types, base64 in YAML goes. */
function shapeOf(text: string): string {
  return text
    .replace(/(-----BEGIN [A-Z ]+-----)[^-]*/g, '$1')
    .replace(/^(@cert-authority \S+ )?(\S+) AAAA\S+/gm, '$1$2')
    .replace(/(-data): \S+/g, '$1');
}

describe.each(STARTS)('the real tctl and ours as the auth host of %s', (_, start) => {
  let host: Host;
  beforeAll(async () => {
    host = await start();
  }, 120_000);
  afterAll(() => host.stop());

  type Tool = 'theirs' | 'ours';
  const run = (tool: Tool, args: string[]): Promise<CliRun> => {
    const line = ['-c', host.configFile, ...args];
    return tool === 'theirs' ? runBinary('tctl', line, { cwd: host.folder }) : runCli(line, { cwd: host.folder });
  };
  const both = async (...args: string[]) => {
    const [theirs, ours] = [await run('theirs', args), await run('ours', args)];
    expect({ args, status: theirs.status }).toEqual({ args, status: 0 });
    expect({ args, status: ours.status, stdout: ours.stdout }).toEqual({ args, status: 0, stdout: theirs.stdout });
  };
  const filesOf = async (prefix: string) => {
    const names = (await readdir(host.folder)).filter((name) => name.startsWith(prefix)).sort();
    return Promise.all(
      names.map(async (name) => [name.slice(prefix.length), await readFile(join(host.folder, name))] as const),
    );
  };

  it('export the same bytes', async () => {
    await both('auth', 'export');
    await both('auth', 'export', '--type=user', '--compat=1.0');
    await both('auth', 'export', '--type=host', '--keys');
    for (const type of Object.keys(AUTHORITY_EXPORTS)) {
      const written: unknown[] = [];
      for (const tool of ['theirs', 'ours'] as const) {
        await run(tool, ['auth', 'export', `--type=${type}`, `--out=export-${type}-${tool}-`]);
        written.push(await filesOf(`export-${type}-${tool}-`));
      }
      expect(written[0]).toHaveLength(1);
      expect(written[1]).toEqual(written[0]);
    }
  }, 120_000);

  it('sign files of the same shape, which the real tctl takes', async () => {
    await run('theirs', ['users', 'add', 'signed', '--roles=access']);
    const kinds = {
      file: ['--user=signed'],
      openssh: ['--user=signed', '--format=openssh'],
      tls: ['--user=signed', '--format=tls'],
      kube: ['--user=signed', '--format=kubernetes', '--proxy=px.example.com:443'],
      host: ['--host=web1,web2', '--format=openssh'],
    };
    for (const [kind, args] of Object.entries(kinds)) {
      const shapes: unknown[] = [];
      for (const tool of ['theirs', 'ours'] as const) {
        const prefix = `${kind}-${tool}`;
        const { status, stderr } = await run(tool, ['auth', 'sign', ...args, '--ttl=1h', `--out=${prefix}`]);
        if (status !== 0) throw new Error(stderr);
        shapes.push((await filesOf(prefix)).map(([name, data]) => [name, shapeOf(data.toString('utf8'))]));
      }
      expect(shapes[1]).toEqual(shapes[0]);
    }
    const identity = join(host.folder, 'file-ours');
    const status = await runBinary('tctl', ['-i', identity, '--auth-server', host.authAddress, 'status']);
    expect(status.stdout).toContain('example.test');
  }, 120_000);

  it('show the same inventory', async () => {
    await both('inventory', 'status', '--connected');
    await both('inventory', 'status', '--connected', '--format=json');
    await both('inventory', 'ls', '--services=node');
  });
});
