import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';

import type { Memory } from './memory.ts';

export interface BenchCluster {
  process: ChildProcess;
  authAddress: string;
  identityFile: string;
  /** For SSL_CERT_FILE: what the proxy's web certificate is from. */
  proxyCaFile: string;
  /** from the call of startCluster to the answer to the first Ping, in the cluster's process */
  startMs: number;
  /** resident size right after that Ping, client included */
  memoryMiB: number;
  memory(): Promise<Memory>;
  stop(): Promise<void>;
}

type Facts = Omit<BenchCluster, 'process' | 'stop' | 'memory'>;

/** @param dataDir kept folder; an ephemeral cluster where it is not given */
export async function startBenchCluster(dataDir?: string): Promise<BenchCluster> {
  const file = fileURLToPath(new URL('./cluster-process.ts', import.meta.url));
  const child = fork(file, dataDir === undefined ? [] : [dataDir], { execArgv: ['--no-warnings', '--expose-gc'] });
  const facts = await new Promise<Facts>((resolve, reject) => {
    child.once('message', (message) => resolve(message as Facts));
    child.once('exit', (status) => reject(new Error(`the cluster ended with status ${status}`)));
  });
  return {
    ...facts,
    process: child,
    async memory() {
      const answered = new Promise<Memory>((resolve) => child.once('message', (message) => resolve(message as Memory)));
      child.send('memory');
      return answered;
    },
    async stop() {
      const ended = new Promise((resolve) => child.once('exit', resolve));
      child.disconnect();
      await ended;
    },
  };
}
