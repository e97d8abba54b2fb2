import type { TLSSocket } from 'node:tls';

import { dialTls } from './tls-dial.js';

/** A proxy's web port, and what its certificate is judged by. */
export interface WebTarget {
  host: string;
  port: number;
  /** Trusted CA certificates of the web, PEM. */
  roots: string[];
  insecure: boolean;
  /** HTTP proxy on the way. */
  proxy?: URL;
  /** For the connection, and for each answer. */
  timeoutMs: number;
  /** Gives the connection up. */
  signal?: AbortSignal;
}

/** Opens a TLS connection to a proxy's web port. @param alpn protocols offered, best first @throws DialError */
export function dialWeb({ roots, insecure, ...target }: WebTarget, alpn: string[]): Promise<TLSSocket> {
  const trust = insecure ? undefined : ({ kind: 'web', roots } as const);
  return dialTls({ ...target, serverName: target.host, alpn, trust });
}
