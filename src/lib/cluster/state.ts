import type { KeyObject } from 'node:crypto';
import type { Clock } from '../util/clock.js';
import type { Announced } from './domain/announced.js';
import type { Store } from './storage/backend.js';

/** One line about what the cluster does. Never holds a secret. */
export type Log = (level: 'info' | 'warn' | 'error', message: string, cause?: unknown) => void;

/** Signs certificates of one kind: hosts (and the auth service itself), or users and bots. */
export interface Authority {
  type: 'host' | 'user';
  /** Certificate of the active TLS key; signs new certificates. */
  tlsCertPem: string;
  tlsKey: KeyObject;
  sshKey: KeyObject;
  /** Every TLS certificate whose signature counts: active and additional ones during a rotation. */
  trustedTlsCertPems: string[];
}

/** The authorities that the cluster itself signs with, loaded once at start. All twelve are in the store. */
export interface Authorities {
  host: Authority;
  user: Authority;
}

/** Where the cluster answers, as `host:port` with the real port. */
export interface Addresses {
  auth: string;
  /** Web API, and TLS routing to the auth service by ALPN unless SSH has a port of its own. */
  proxy: string;
  /** The proxy's own port for SSH and the gRPC service beside it; undefined where TLS routing makes do with one port. */
  proxySsh?: string;
}

/** Everything that domain functions and services share. One per running cluster; nothing global. */
export interface ClusterState {
  readonly clusterName: string;
  /** UUID of the host that the cluster runs on; part of the Admin identity's name. */
  readonly hostId: string;
  readonly serverVersion: string;
  readonly addresses: Addresses;
  readonly store: Store;
  readonly authorities: Authorities;
  readonly announced: Announced;
  /** Whether people have to show a second factor for administration. */
  readonly adminMfa: boolean;
  readonly clock: Clock;
  readonly log: Log;
}
