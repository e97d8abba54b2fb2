import { readFileSync } from 'node:fs';
import { request as httpsRequest } from 'node:https';
import { create } from '@bufbuild/protobuf';
import { listBotInstances } from '../../src/lib/cluster/domain/bot-instances.js';
import { deleteLock, upsertLock } from '../../src/lib/cluster/domain/locks.js';
import { LockV2Schema } from '../../src/lib/gen/types/locks_pb.js';
import { ADMIN } from './cluster-state.js';
import type { JoiningCluster } from './joining.js';

/** What tests of token joins do with their cluster, each thing under a name of its own. */
export function joiningActions(world: () => JoiningCluster) {
  let names = 0;

  async function newBot(roles?: string[]): Promise<string> {
    names += 1;
    const name = `bot${names}`;
    await world().addBot(name, roles);
    return name;
  }

  /** A new one-time token of a bot. */
  async function newToken(botName: string, expires?: Date): Promise<string> {
    names += 1;
    const name = `secret-token-name-${names}`;
    await world().addToken(name, { roles: ['Bot'], botName, joinMethod: 'token' }, expires);
    return name;
  }

  const instancesOf = (botName: string) =>
    listBotInstances(world().cluster.state, { size: 100, token: '' }, { botName, searchTerm: '' }).instances;

  async function lock(target: Record<string, string>): Promise<string> {
    names += 1;
    const name = `lock-${names}`;
    await upsertLock(world().cluster.state, ADMIN, create(LockV2Schema, { metadata: { name }, spec: { target } }));
    return name;
  }

  const unlock = (name: string) => deleteLock(world().cluster.state, name);

  async function post(body: string | Buffer): Promise<{ status: number; body: Record<string, unknown> }> {
    const [host, port] = world().cluster.proxyAddress.split(':');
    const ca = readFileSync(world().cluster.proxyCaFile);
    return new Promise((resolve, reject) => {
      const outgoing = httpsRequest(
        {
          host,
          port,
          path: '/v1/webapi/host/credentials',
          method: 'POST',
          ca,
          headers: { 'content-type': 'application/json' },
        },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk) => chunks.push(chunk));
          response.on('end', () => {
            resolve({ status: response.statusCode ?? 0, body: JSON.parse(Buffer.concat(chunks).toString()) });
          });
        },
      );
      outgoing.on('error', reject);
      outgoing.end(body);
    });
  }

  return { newBot, newToken, instancesOf, lock, unlock, post };
}
