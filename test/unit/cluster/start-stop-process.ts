/** Run as a child process: starts a cluster, asks it something over both ports, stops it, and does nothing more. */
import { createClient } from '@connectrpc/connect';
import { AuthService } from '../../../src/lib/gen/proto/auth_service_pb.js';
import { clusterHostname } from '../../../src/lib/util/cluster-hostname.js';
import { startTestCluster } from '../../helpers/cluster.js';
import { dialGrpc } from '../../helpers/grpc.js';

const cluster = await startTestCluster();
const dial = { clusterName: cluster.clusterName, ca: cluster.state.authorities.host.trustedTlsCertPems };
const alpn = [`teleport-auth@${clusterHostname(cluster.clusterName)}`, 'h2'];
const direct = dialGrpc({ ...dial, address: cluster.authAddress });
const routed = dialGrpc({ ...dial, address: cluster.proxyAddress, alpn });
for (const { transport } of [direct, routed]) await createClient(AuthService, transport).ping({});
await cluster.stop();
process.stdout.write('stopped\n');
