import { randomBytes } from 'node:crypto';
import type { CertificateIdentity } from '../../crypto/index.js';
import type { RouteToApp, RouteToDatabase } from '../../gen/proto/routes_pb.js';
import {
  type UserCertsRequest,
  UserCertsRequest_CertPurpose,
  UserCertsRequest_CertUsage,
} from '../../gen/proto/user_certs_pb.js';
import { ClusterError } from '../errors.js';
import type { ClusterState } from '../state.js';
import { missing } from './refusals.js';

const SESSION_ID_BYTES = 32;

/**
 * Checks what a request says about the use of the certificates (join §4.2 steps 1, 11–13). As in a real cluster only the
 * names of Kubernetes clusters are checked; whoever serves an application or a database asks for access again.
 * @throws ClusterError BadParameter, NotFound: there are no remote clusters here.
 */
export function checkUsage({ clusterName, announced }: ClusterState, request: UserCertsRequest): void {
  const { usage, purpose } = request;
  const { All, App, SSH, Kubernetes, Database, WindowsDesktop } = UserCertsRequest_CertUsage;
  if (usage === All && purpose === UserCertsRequest_CertPurpose.SINGLE_USE_CERTS) {
    throw new ClusterError('BadParameter', 'purpose: a single use needs a usage');
  }
  if (usage === App && !request.routeToApp?.name) throw missing('route_to_app.name');
  if (usage === SSH && request.nodeName === '') throw missing('node_name');
  if (usage === Kubernetes && request.kubernetesCluster === '') throw missing('kubernetes_cluster');
  if (usage === Database && !request.routeToDatabase?.serviceName) throw missing('route_to_database.service_name');
  if (usage === WindowsDesktop && !request.routeToWindowsDesktop?.windowsDesktop) {
    throw missing('route_to_windows_desktop.windows_desktop');
  }
  const isLocal = request.routeToCluster === '' || request.routeToCluster === clusterName;
  if (!isLocal) throw new ClusterError('NotFound', `remote cluster "${request.routeToCluster}" is not found`);
  const kube = request.kubernetesCluster;
  if (kube !== '' && !announced.kubeClusters.some(({ name }) => name === kube)) {
    const message = `Kubernetes cluster "${kube}" is not registered in this Teleport cluster`;
    throw new ClusterError('BadParameter', message);
  }
}

/** The parts of an identity that name what the certificate is for. */
export function routesOf({
  kubernetesCluster,
  routeToApp,
  routeToDatabase,
}: UserCertsRequest): Partial<CertificateIdentity> {
  return {
    ...(kubernetesCluster === '' ? {} : { kubeCluster: kubernetesCluster }),
    ...(routeToApp?.name ? appRoute(routeToApp) : {}),
    ...(routeToDatabase?.serviceName ? databaseRoute(routeToDatabase) : {}),
  };
}

/** The session is only a number here: real clusters keep it for the browser's way to an application, which this one lacks. */
function appRoute(route: RouteToApp): Partial<CertificateIdentity> {
  const { name, publicAddr, clusterName, targetPort, awsRoleArn, azureIdentity, gcpServiceAccount } = route;
  return {
    appSessionId: randomBytes(SESSION_ID_BYTES).toString('hex'),
    appName: name,
    appPublicAddr: publicAddr,
    appClusterName: clusterName,
    appTargetPort: targetPort,
    appAwsRoleArn: awsRoleArn,
    appAzureIdentity: azureIdentity,
    appGcpServiceAccount: gcpServiceAccount,
    appAwsCredentialProcess: route.awsCredentialprocessCredentials,
  };
}

function databaseRoute({
  serviceName,
  protocol,
  username,
  database,
  roles,
}: RouteToDatabase): Partial<CertificateIdentity> {
  return { dbService: serviceName, dbProtocol: protocol, dbUser: username, dbName: database, dbRoles: roles };
}
