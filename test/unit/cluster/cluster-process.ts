/** Run as a child process: starts a cluster in the folder named by its argument, says where it answers, and stays. */
import { startCluster } from '../../../src/lib/cluster/index.js';

const { authAddress, adminIdentityFile } = await startCluster({
  clusterName: 'example.test',
  dataDir: process.argv[2] ?? '',
});
process.stdout.write(`${JSON.stringify({ authAddress, adminIdentityFile })}\n`);
