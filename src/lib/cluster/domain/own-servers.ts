import { create } from '@bufbuild/protobuf';
import { type ServerV2, ServerV2Schema } from '../../gen/types/servers_pb.js';
import type { ClusterState } from '../state.js';

/** What the cluster's auth service or its proxy announces of itself. */
export function ownServer({ addresses, hostId, serverVersion }: ClusterState, kind: 'proxy' | 'auth_server'): ServerV2 {
  const address = kind === 'proxy' ? addresses.proxy : addresses.auth;
  return create(ServerV2Schema, {
    kind,
    version: 'v2',
    metadata: { name: hostId, namespace: 'default' },
    spec: { addr: address, hostname: 'localhost', version: serverVersion, publicAddrs: [address] },
  });
}
