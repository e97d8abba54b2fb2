import { type ChildProcess, fork } from 'node:child_process';
import { on } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connect } from 'machine-identity-tools';
import { type BenchCluster, startBenchCluster } from './cluster.ts';
import type { CreatesNews } from './creates-process.ts';

export interface CreatesResult {
  perSecond: number;
  answered: number;
  /** answered creates that a cluster on the same folder no longer has after SIGKILL */
  lost: number;
}

/** A create costs the SDK more than the cluster: one program cannot keep the cluster busy. */
const PROGRAMS = 2;
const SLOWEST_PER_SECOND = 100;

/**
 * Has programs create tokens with many requests under way, kills the cluster in the middle of it once `total` are answered,
 * and looks for the answered ones in a cluster started on the same folder.
 */
export async function measureDurableCreates(total: number, underWay: number): Promise<CreatesResult> {
  const dataDir = await mkdtemp(join(tmpdir(), 'bench-creates-'));
  try {
    const first = await startBenchCluster(dataDir);
    const { perSecond, answered } = await createUntilKilled(first, total, underWay);
    const second = await startBenchCluster(dataDir);
    const reader = await connect({ authServers: [second.authAddress], identityFile: second.identityFile });
    const kept = new Set<string>();
    for await (const token of reader.tokens.list()) kept.add(token.metadata?.name ?? '');
    await reader.close();
    await second.stop();
    return { perSecond, answered: answered.length, lost: answered.filter((name) => !kept.has(name)).length };
  } finally {
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function createUntilKilled(cluster: BenchCluster, total: number, underWay: number) {
  const programs = Array.from({ length: PROGRAMS }, (_, index) => startProgram(cluster, index, underWay / PROGRAMS));
  await Promise.all(programs.map((program) => program.news.next()));
  const answered: string[] = [];
  let count = 0;
  let perSecond = 0;
  const kill = () => cluster.process.kill('SIGKILL');
  const deadline = setTimeout(kill, (total / SLOWEST_PER_SECOND) * 1000);
  const started = performance.now();
  const listen = async ({ process, news }: Program) => {
    process.send('go');
    for await (const [told] of news) {
      if ('names' in told) answered.push(...told.names);
      else count += told.more;
      if ('failure' in told && perSecond === 0) throw new Error(`a create failed before its time: ${told.failure}`);
      if (count < total || perSecond > 0) continue;
      perSecond = count / ((performance.now() - started) / 1000);
      kill();
    }
  };
  try {
    await Promise.all(programs.map(listen));
  } finally {
    clearTimeout(deadline);
    kill();
  }
  return { perSecond, answered };
}

interface Program {
  process: ChildProcess;
  /** Ends with the process. */
  news: AsyncIterableIterator<[CreatesNews]>;
}

function startProgram({ authAddress, identityFile }: BenchCluster, index: number, underWay: number): Program {
  const file = fileURLToPath(new URL('./creates-process.ts', import.meta.url));
  const args = [authAddress, identityFile, `bench-${index}`, String(underWay)];
  const process = fork(file, args, { execArgv: ['--no-warnings'] });
  return { process, news: on(process, 'message', { close: ['exit'] }) as AsyncIterableIterator<[CreatesNews]> };
}
