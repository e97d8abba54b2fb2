import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Client, Code, ConnectError, createClient, type Transport } from '@connectrpc/connect';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startCluster } from '../../../src/lib/cluster/index.js';
import { readPemBlocks, writePem } from '../../../src/lib/crypto/index.js';
import { AuthService } from '../../../src/lib/gen/proto/auth_service_pb.js';
import { dialGrpc } from '../../helpers/grpc.js';
import { spawnTypeScript } from '../../helpers/typescript-process.js';

const WRITERS = 16;
const ENOUGH = 100;
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'durable-'));
});

afterEach(() => rm(folder, { recursive: true }));

interface Running {
  authAddress: string;
  adminIdentityFile: string;
}

async function dialAsAdmin({ authAddress, adminIdentityFile }: Running) {
  const [key, cert, ...cas] = readPemBlocks(await readFile(adminIdentityFile, 'utf8'));
  if (key === undefined || cert === undefined) throw new Error('the identity file has no certificate');
  const pem = ({ label, der }: typeof key) => writePem(label, der);
  return dialGrpc({
    address: authAddress,
    clusterName: 'example.test',
    ca: cas.map(pem),
    certPem: pem(cert),
    keyPem: pem(key),
  });
}

/** Creates tokens from several writers at once until the cluster is gone; calls back when enough are answered. */
async function createUntilGone(transport: Transport, onEnough: () => void): Promise<string[]> {
  const auth = createClient(AuthService, transport);
  const answered: string[] = [];
  const write = async (writer: number) => {
    for (let n = 0; await created(auth, `token-${writer}-${n}`); n++) {
      answered.push(`token-${writer}-${n}`);
      if (answered.length === ENOUGH) onEnough();
    }
  };
  await Promise.all(Array.from({ length: WRITERS }, (_, writer) => write(writer)));
  return answered;
}

/** @returns false when the cluster did not answer. A refusal is an error. */
async function created(auth: Client<typeof AuthService>, name: string): Promise<boolean> {
  const spec = { roles: ['Bot'], botName: 'example', joinMethod: 'token' };
  try {
    await auth.createTokenV2({
      token: { case: 'v2', value: { kind: 'token', version: 'v2', metadata: { name }, spec } },
    });
    return true;
  } catch (error) {
    const { code } = ConnectError.from(error);
    if ([Code.InvalidArgument, Code.PermissionDenied, Code.AlreadyExists].includes(code)) throw error;
    return false;
  }
}

async function storedTokens(): Promise<string[]> {
  const cluster = await startCluster({ dataDir: folder });
  const names = cluster.state.store.read((t) => t.list('token')).map((item) => item.name);
  await cluster.stop();
  return names;
}

describe('every answered write', () => {
  it('is there after the process was killed', async () => {
    const child = spawnTypeScript(join(import.meta.dirname, 'cluster-process.ts'), folder);
    const exited = once(child, 'exit');
    const running = JSON.parse(String((await once(child.stdout, 'data'))[0])) as Running;
    const { transport, close } = await dialAsAdmin(running);

    const answered = await createUntilGone(transport, () => child.kill('SIGKILL'));
    close();
    await exited;

    expect(answered.length).toBeGreaterThanOrEqual(ENOUGH);
    expect(await storedTokens()).toEqual(expect.arrayContaining(answered));
  });

  it('is there after the cluster was stopped in the middle of the work', async () => {
    const log: unknown[] = [];
    const cluster = await startCluster({
      clusterName: 'example.test',
      dataDir: folder,
      log: (...entry) => log.push(entry),
    });
    const { transport, close } = await dialAsAdmin(cluster);

    let stopped: Promise<void> | undefined;
    const answered = await createUntilGone(transport, () => {
      stopped = cluster.stop();
    });
    close();
    await stopped;

    expect(await storedTokens()).toEqual(expect.arrayContaining(answered));
    expect(log).toEqual([]);
  });
});
