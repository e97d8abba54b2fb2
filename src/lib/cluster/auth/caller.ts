import { type ContextKey, createContextKey } from '@connectrpc/connect';
import type { CertificateIdentity } from '../../crypto/index.js';
import type { SYSTEM_ROLES } from '../../resources/index.js';

/** A certificate with one of these belongs to a part of the cluster, not to a person or bot (transport §8.1). */
export type SystemRole = (typeof SYSTEM_ROLES)[number];

/** Who is on the other end of a connection, from its TLS client certificate. */
export type Caller =
  /** Came without a certificate. */
  | { kind: 'anonymous' }
  /** A part of the cluster; `hostId` is the host's UUID. */
  | { kind: 'builtin'; role: SystemRole; hostId: string }
  /** A person or bot. Roles and traits are those of the certificate, not of the stored user (join §0.3). */
  | {
      kind: 'user';
      username: string;
      roles: string[];
      traits: Record<string, string[]>;
      identity: CertificateIdentity;
      /** When the certificate ends. */
      expires?: Date;
    };

/** Where services find the caller: `context.values.get(callerKey)`. */
export const callerKey: ContextKey<Caller> = createContextKey<Caller>({ kind: 'anonymous' }, { description: 'caller' });

/** The other end's `host:port`. */
export const remoteAddressKey: ContextKey<string> = createContextKey('', { description: 'remote address' });
