/** Run as a child process: starts an ephemeral cluster, says where it answers, and then every line of its log, as JSON. */
import { startTestCluster } from '../helpers/cluster.js';

const say = (line: object) => process.stdout.write(`${JSON.stringify(line)}\n`);
const { authAddress, proxyAddress, adminIdentityFile, stop } = await startTestCluster({
  log: (level, message, cause) => say({ level, message, cause: cause instanceof Error ? cause.stack : cause }),
});
say({ authAddress, proxyAddress, adminIdentityFile });
process.once('SIGTERM', stop);
