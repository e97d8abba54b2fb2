// The embedded cluster in a process of its own, for benchmarks that want to measure or kill it.
// Tells its parent, over the IPC channel, where it listens and how long the start took.
import { connect } from 'machine-identity-tools';
import { startCluster } from 'machine-identity-tools/cluster';
import { readMemory } from './memory.ts';

const dataDir = process.argv[2];
const started = performance.now();
const cluster = await startCluster(dataDir === undefined ? { ephemeral: true } : { dataDir });
const client = await connect({ authServers: [cluster.authAddress], identityFile: cluster.adminIdentityFile });
await client.ping();
const startMs = performance.now() - started;
await client.close();

process.send?.({
  authAddress: cluster.authAddress,
  identityFile: cluster.adminIdentityFile,
  proxyCaFile: cluster.proxyCaFile,
  startMs,
  memoryMiB: process.memoryUsage.rss() / 1024 ** 2,
});
process.on('message', () => process.send?.(readMemory()));
process.once('disconnect', () => cluster.stop());
