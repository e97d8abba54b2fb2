import { connect as connectTls, type TLSSocket } from 'node:tls';
import type { Transport } from '@connectrpc/connect';
import { createGrpcTransport, Http2SessionManager } from '@connectrpc/connect-node';
import { clusterHostname } from '../../src/lib/util/cluster-hostname.js';

export interface Dial {
  /** `host:port`. */
  address: string;
  clusterName: string;
  /**
   * Certificates of the cluster's host authority. Without them the server is not verified; needed for a client
   * certificate of that authority, because OpenSSL would send the authority's certificate from here along with it.
   */
  ca?: string[];
  /** May hold more than one certificate. */
  certPem?: string;
  keyPem?: string;
  /** Default `['h2']`. */
  alpn?: string[];
}

/** Opens a TLS connection as a client of the auth service does: server name of the cluster, one client certificate. */
export function dialTls({ address, clusterName, ca, certPem, keyPem, alpn = ['h2'] }: Dial): TLSSocket {
  const [host, port] = address.split(':');
  return connectTls({
    host,
    port: Number(port),
    servername: clusterHostname(clusterName),
    ...(ca === undefined ? { rejectUnauthorized: false } : { ca }),
    ALPNProtocols: alpn,
    ...(certPem !== undefined && { cert: certPem, key: keyPem }),
  });
}

/** A gRPC transport of a library that is not the product's own. Call `close` when done. */
export function dialGrpc(dial: Dial): { transport: Transport; close: () => void } {
  const baseUrl = `https://${dial.address}`;
  const sessions = new Http2SessionManager(baseUrl, undefined, { createConnection: () => dialTls(dial) });
  return { transport: createGrpcTransport({ baseUrl, sessionManager: sessions }), close: () => sessions.abort() };
}
