// 200 agents in one process renew one-minute certificates against the embedded cluster, which runs in a process of its own.
// The first argument is for how many minutes, 10 unless given. Ends with status 1 when a piece of work failed or a bot is locked.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';

import Table from 'cli-table3';
import { connect } from 'machine-identity-tools';

import type { Iteration } from '../src/lib/agent/health.js';
import { failureLog, startAgents } from './agents.ts';
import { startBenchCluster } from './cluster.ts';
import { type Memory, readMemory } from './memory.ts';

const AGENTS = 200;
const PLAIN = { head: [], border: [] };
const LIFETIME = { ttlMs: 60_000, intervalMs: 30_000 };
const minutes = Number(process.argv[2] ?? 10);
if (!(minutes > 0)) throw new Error('the first argument is a number of minutes');

const folder = await mkdtemp(join(tmpdir(), 'soak-'));
const cluster = await startBenchCluster();
const client = await connect({ authServers: [cluster.authAddress], identityFile: cluster.identityFile });
const tokens: string[] = [];
for (let index = 0; index < AGENTS; index++) {
  const name = `soak-${index}`;
  await client.bots.create({ name, roles: ['access'] });
  const token = `token-of-${name}`;
  await client.tokens.create({
    metadata: { name: token },
    spec: { roles: ['Bot'], botName: name, joinMethod: 'token' },
  });
  tokens.push(token);
}

const work: Iteration[] = [];
const warnings: string[] = [];
const joinStart = performance.now();
const agents = await startAgents({
  authAddress: cluster.authAddress,
  tokens,
  folder,
  lifetime: LIFETIME,
  clock: () => new Date(),
  random: Math.random,
  pause: (ms, signal) => wait(ms, undefined, { signal }).catch(() => undefined),
  log: failureLog(warnings),
  onIteration: (iteration) => work.push(iteration),
});
console.log(`${AGENTS} agents have joined in ${((performance.now() - joinStart) / 1000).toFixed(1)} s`);

const memory: [when: string, agents: Memory, cluster: Memory][] = [];
const sample = async (when: string) => memory.push([when, readMemory(), await cluster.memory()]);
await wait(LIFETIME.intervalMs); // the first outputs and heartbeats are written
const measured = work.length;
await sample('start');
await wait(minutes * 30_000);
await sample('middle');
await wait(minutes * 30_000);
await sample('end');

let locks = 0;
for await (const _ of client.locks.list()) locks += 1;
await agents.stop();
await client.close();
await cluster.stop();
await rm(folder, { recursive: true });

const count = new Table({ head: ['what', 'done', 'failed', 'p50 ms', 'p95 ms', 'p99 ms', 'max ms'], style: PLAIN });
for (const kind of ['bot-identity-renewal', 'output-renewal']) {
  const all = work.slice(measured).filter((one) => one.kind === kind);
  const times = all.map(({ seconds }) => seconds * 1000).sort((a, b) => a - b);
  const at = (share: number) => (times[Math.ceil(times.length * share) - 1] ?? Number.NaN).toFixed(0);
  const failed = all.filter(({ isOk }) => !isOk).length;
  count.push([kind, all.length - failed, failed, at(0.5), at(0.95), at(0.99), at(1)]);
}
console.log(count.toString());
const mib = ({ rssMiB, heapMiB }: Memory) => `${rssMiB.toFixed(0)} (${heapMiB.toFixed(0)})`;
const table = new Table({ head: ['resident MiB (heap in use)', 'agents', 'cluster'], style: PLAIN });
for (const [when, ours, theirs] of memory) table.push([when, mib(ours), mib(theirs)]);
console.log(table.toString());
const failed = work.filter(({ isOk }) => !isOk).length;
console.log(`locks: ${locks}; failures in all: ${failed}; generations: ${range(agents.identities)}`);
for (const warning of warnings.filter((line) => !line.startsWith('joining without proof')).slice(0, 10))
  console.log(warning);
if (locks > 0 || failed > 0) process.exitCode = 1;

function range(identities: typeof agents.identities): string {
  const generations = identities.map(({ current }) => current.subject.generation ?? 0);
  return `${Math.min(...generations)} to ${Math.max(...generations)}`;
}
