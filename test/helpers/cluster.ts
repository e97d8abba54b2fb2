import { type RunningCluster, type StartOptions, startCluster } from '../../src/lib/cluster/index.js';

/**
 * An ephemeral cluster on free loopback ports, of the release that EMBEDDED_CLUSTER_VERSION names. The suite calls `stop()`, usually in `afterAll`.
 */
export function startTestCluster(options: Omit<StartOptions, 'ephemeral' | 'dataDir'> = {}): Promise<RunningCluster> {
  const serverVersion = process.env.EMBEDDED_CLUSTER_VERSION;
  return startCluster({
    clusterName: 'example.test',
    ...(serverVersion && { serverVersion }),
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
