import type { CertificateIdentity } from '../../crypto/index.js';
import {
  type UserCertsRequest,
  UserCertsRequest_CertPurpose,
  UserCertsRequest_CertUsage,
} from '../../gen/proto/user_certs_pb.js';
import { ClusterError } from '../errors.js';
import type { ClusterState } from '../state.js';
import { missing } from './refusals.js';

/**
 * Checks what a request says about the use of the certificates (join §4.2 steps 1, 11–13). This cluster has neither
 * applications nor Kubernetes clusters nor remote clusters, so there are none to be routed to.
 * @throws ClusterError BadParameter, NotFound.
 */
export function checkUsage({ clusterName }: ClusterState, request: UserCertsRequest): void {
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
  if (request.routeToApp?.name) throw new ClusterError('NotFound', `app "${request.routeToApp.name}" is not found`);
  if (request.kubernetesCluster !== '') {
    const message = `Kubernetes cluster "${request.kubernetesCluster}" is not registered in this Teleport cluster`;
    throw new ClusterError('BadParameter', message);
  }
  if (request.routeToCluster !== '' && request.routeToCluster !== clusterName) {
    throw new ClusterError('NotFound', `remote cluster "${request.routeToCluster}" is not found`);
  }
}

/** The parts of an identity that name what the certificate is for. */
export function routesOf({ routeToDatabase }: UserCertsRequest): Partial<CertificateIdentity> {
  if (!routeToDatabase?.serviceName) return {};
  const { serviceName, protocol, username, database, roles } = routeToDatabase;
  return { dbService: serviceName, dbProtocol: protocol, dbUser: username, dbName: database, dbRoles: roles };
}
