import { clusterHostname } from '../util/cluster-hostname.js';
import { CodedError } from '../util/coded-error.js';
import { parseHostPort } from '../util/host-port.js';
import { asHttp2, type DialledGrpc, openDialledGrpc } from './dialled-grpc.js';
import { DialError } from './errors.js';
import { dialTls, isClientCertificateAlert } from './tls-dial.js';

/** A proxy, and as whom it is reached. */
export interface ProxySshOptions {
  /** `host:port` of the proxy: its web port with TLS routing, else its SSH port. */
  address: string;
  clusterName: string;
  /** Client certificate with key, and the cluster's host CA certificates. */
  tls: { certPem: string; keyPem: string; caPems: string[] };
  /** Accept any server certificate. */
  insecure?: boolean;
  /** HTTP proxy on the way. */
  proxy?: URL;
  metadata: { version: string; userAgent: string };
  /** Longest wait for the connection. */
  dialTimeoutMs: number;
}

/** Under this name a proxy carries SSH for clients that show a certificate (transport §5.5). */
const PROXY_SSH_GRPC = 'teleport-proxy-ssh-grpc';
const WEB_PORT = 443;

/** gRPC to a proxy's service that carries connections: SSH sessions, and those to the auth service. @throws DialError */
export async function openProxySsh(options: ProxySshOptions): Promise<DialledGrpc> {
  const { address, clusterName, tls, insecure, proxy, metadata, dialTimeoutMs } = options;
  const target = parseHostPort(address);
  if (target === undefined) throw new DialError('other', `${JSON.stringify(address)} is no address; write host:port`);
  const { host, port = WEB_PORT } = target;
  return openDialledGrpc({
    address,
    metadata,
    explain: (error) =>
      isClientCertificateAlert(error)
        ? new CodedError('proxy_unreachable', `the proxy at ${address} refuses the certificate`, { cause: error })
        : undefined,
    dial: async () => {
      const socket = await dialTls({
        host,
        port,
        serverName: clusterHostname(clusterName),
        alpn: [PROXY_SSH_GRPC, 'h2'],
        trust: insecure ? undefined : { kind: 'authorities', caPems: tls.caPems },
        identity: tls,
        timeoutMs: dialTimeoutMs,
        ...(proxy === undefined ? {} : { proxy }),
      });
      return asHttp2(socket, PROXY_SSH_GRPC);
    },
  });
}
