import { startTestCluster } from '../helpers/cluster.js';
import { describeSameOutput } from './same-output.js';

describeSameOutput('the embedded cluster', async () => {
  const cluster = await startTestCluster();
  return {
    authAddress: cluster.authAddress,
    identityFile: cluster.adminIdentityFile,
    settle: async () => undefined, // it has no cache
    stop: () => cluster.stop(),
  };
});
