import { type RunningCluster, type StartOptions, startCluster } from '../../src/lib/cluster/index.js';
import { RELEASE } from './release.js';

/**
 * An ephemeral cluster on free loopback ports, of the release that tests run with. The suite calls `stop()`, usually in `afterAll`.
 */
export function startTestCluster(options: Omit<StartOptions, 'ephemeral' | 'dataDir'> = {}): Promise<RunningCluster> {
  return startCluster({
    clusterName: 'example.test',
    serverVersion: RELEASE,
    ...options,
    ephemeral: true,
  });
}

/** As `startTestCluster`, for one piece of work. */
export async function withCluster<T>(
  work: (cluster: RunningCluster) => Promise<T>,
  options: Omit<StartOptions, 'ephemeral' | 'dataDir'> = {},
): Promise<T> {
  const cluster = await startTestCluster(options);
  try {
    return await work(cluster);
  } finally {
    await cluster.stop();
  }
}
