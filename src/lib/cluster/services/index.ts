import type { Duplex } from 'node:stream';
import { AuthService } from '../../gen/proto/auth_service_pb.js';
import { JoinService } from '../../gen/proto/join_service_pb.js';
import { AccessListService } from '../../gen/teleport/accesslist/v1/accesslist_service_pb.js';
import { AutoUpdateService } from '../../gen/teleport/autoupdate/v1/autoupdate_service_pb.js';
import { ClusterConfigService } from '../../gen/teleport/clusterconfig/v1/clusterconfig_service_pb.js';
import { JoinService as NewJoinService } from '../../gen/teleport/join/v1/join_service_pb.js';
import { BotInstanceService } from '../../gen/teleport/machineid/v1/bot_instance_service_pb.js';
import { BotService } from '../../gen/teleport/machineid/v1/bot_service_pb.js';
import { PresenceService } from '../../gen/teleport/presence/v1/presence_service_pb.js';
import { TransportService } from '../../gen/teleport/transport/v1/transport_service_pb.js';
import { TrustService } from '../../gen/teleport/trust/v1/trust_service_pb.js';
import { UsersService } from '../../gen/teleport/users/v1/users_service_pb.js';
import { WorkloadIdentityResourceService } from '../../gen/teleport/workloadidentity/v1/resource_service_pb.js';
import type { ClusterState } from '../state.js';
import { accessListService } from './access-list-service.js';
import { authService } from './auth-service.js';
import { autoupdateService } from './autoupdate-service.js';
import { botInstanceService } from './bot-instance-service.js';
import { botService } from './bot-service.js';
import { clusterConfigService } from './cluster-config-service.js';
import { type ServiceRegistry, serveGuarded } from './guard.js';
import { joinService } from './join-service.js';
import { newJoinService } from './new-join-service.js';
import { presenceService } from './presence-service.js';
import { transportService } from './transport-service.js';
import { trustService } from './trust-service.js';
import { usersService } from './users-service.js';
import { workloadIdentityService } from './workload-identity-service.js';

/** Serves everything that the cluster answers over gRPC; methods that are not here are answered with Unimplemented. */
export function registerServices(registry: ServiceRegistry, state: ClusterState): void {
  serveGuarded(registry, state, AuthService, authService(state));
  registerJoinServices(registry, state);
  serveGuarded(registry, state, BotService, botService(state));
  serveGuarded(registry, state, BotInstanceService, botInstanceService(state));
  serveGuarded(registry, state, UsersService, usersService(state));
  serveGuarded(registry, state, TrustService, trustService(state));
  serveGuarded(registry, state, ClusterConfigService, clusterConfigService(state));
  serveGuarded(registry, state, PresenceService, presenceService(state));
  serveGuarded(registry, state, WorkloadIdentityResourceService, workloadIdentityService(state));
  serveGuarded(registry, state, AutoUpdateService, autoupdateService(state));
  serveGuarded(registry, state, AccessListService, accessListService(state));
}

/** What the proxy serves to clients that show a certificate. @param acceptAuth takes a connection to the auth service */
export function registerTransportService(
  registry: ServiceRegistry,
  state: ClusterState,
  acceptAuth: (connection: Duplex) => void,
): void {
  serveGuarded(registry, state, TransportService, transportService(state, acceptAuth));
}

/** Joins in both forms; all that the proxy serves to joiners who have no certificate yet (join §0.4). */
export function registerJoinServices(registry: ServiceRegistry, state: ClusterState): void {
  serveGuarded(registry, state, JoinService, joinService(state));
  serveGuarded(registry, state, NewJoinService, newJoinService(state));
}
