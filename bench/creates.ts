import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'machine-identity-tools';
import { startBenchCluster } from './cluster.ts';

export interface CreatesResult {
  perSecond: number;
  answered: number;
  /** answered creates that a cluster on the same folder no longer has after SIGKILL */
  lost: number;
}

/**
 * Creates tokens with many requests under way, kills the cluster in the middle of it once `total` are answered, and looks
 * for the answered ones in a cluster started on the same folder.
 */
export async function measureDurableCreates(total: number, underWay: number): Promise<CreatesResult> {
  const dataDir = await mkdtemp(join(tmpdir(), 'bench-creates-'));
  try {
    const first = await startBenchCluster(dataDir);
    const client = await connect({ authServers: [first.authAddress], identityFile: first.identityFile });
    const answered: string[] = [];
    let seconds = 0;
    let killed = false;
    let next = 0;
    const ended = new Promise((resolve) => first.process.once('exit', resolve));
    const started = performance.now();
    const worker = async () => {
      while (!killed) {
        const name = `bench-${next++}`;
        try {
          await client.tokens.create({ metadata: { name }, spec: { roles: ['Node'], joinMethod: 'token' } });
        } catch (error) {
          if (killed) return; // what was under way when the cluster was killed
          throw error;
        }
        answered.push(name);
        if (answered.length === total) {
          seconds = (performance.now() - started) / 1000;
          killed = true;
          first.process.kill('SIGKILL');
        }
      }
    };
    await Promise.all(Array.from({ length: underWay }, worker));
    await ended;
    await client.close();

    const second = await startBenchCluster(dataDir);
    const reader = await connect({ authServers: [second.authAddress], identityFile: second.identityFile });
    const kept = new Set<string>();
    for await (const token of reader.tokens.list()) kept.add(token.metadata?.name ?? '');
    await reader.close();
    await second.stop();
    return {
      perSecond: total / seconds,
      answered: answered.length,
      lost: answered.filter((name) => !kept.has(name)).length,
    };
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}
