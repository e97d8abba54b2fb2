import type { X509Certificate } from 'node:crypto';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import tls from 'node:tls';

import { formatHostPort } from '../util/host-port.js';
import { systemErrorCode } from '../util/system-error.js';
import { DialError, type DialFailure } from './errors.js';
import { openTunnel } from './http-proxy.js';
import { findCertificateProblem, isNumericAddress, type ServerTrust } from './verify-server.js';

/** A peer, and how it is spoken to. */
export interface TlsDialOptions {
  host: string;
  port: number;
  /** Sent as SNI, and the name that the peer's certificate must carry. */
  serverName: string;
  /** Protocols offered, best first. */
  alpn: string[];
  /** What the peer's certificate is judged by; without, any is accepted. */
  trust?: ServerTrust;
  identity?: { certPem: string; keyPem: string };
  /** For TCP and TLS together. */
  timeoutMs: number;
  /** HTTP proxy on the way. */
  proxy?: URL;
  /** An open stream to the peer, in the place of a connection of its own. */
  over?: Duplex;
  /** Gives the connection up while it is being made. */
  signal?: AbortSignal;
}

/** The method is missing from the types. */
type NamedSocket = tls.TLSSocket & { setServername(name: string): void };

/** Idle time after which the operating system probes a silent connection (transport §5.8). */
const TCP_KEEPALIVE_MS = 60_000;

/**
 * Opens a TLS 1.2 or later connection and verifies the peer.
 * @throws DialError with the peer's certificate named when that is what is wrong.
 */
export async function dialTls(options: TlsDialOptions): Promise<tls.TLSSocket> {
  const { host, port, serverName, identity, trust, proxy, signal } = options;
  const over = proxy === undefined ? options.over : await openTunnel(proxy, options, options);
  const sni = isNumericAddress(serverName) ? '' : serverName; // an address is no name to be sent
  return new Promise((resolve, reject) => {
    const socket = tls.connect({
      ...(over === undefined ? { host, port } : { socket: over as Socket, servername: sni }),
      ALPNProtocols: options.alpn,
      ca: trust?.kind === 'web' ? trust.roots : [],
      minVersion: 'TLSv1.2',
      ...(identity === undefined ? {} : { cert: identity.certPem, key: identity.keyPem }),
      // Checked below before a byte is written: only so can the error name the certificate that was shown.
      rejectUnauthorized: false,
      checkServerIdentity: () => undefined,
    });
    // On a new connection the handshake waits for TCP, so the name can be set here, past Node's own slow look at it.
    if (over === undefined && sni !== '') (socket as NamedSocket).setServername(sni);
    const finish = (error?: DialError) => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      socket.off('error', onError);
      socket.off('close', onClose);
      // Nobody else may listen yet, or any more; who takes the socket over looks at `errored`.
      socket.on('error', () => undefined);
      if (error === undefined) return resolve(socket);
      socket.destroy();
      reject(error);
    };
    const onError = (error: Error) => finish(describeDialError(error, formatHostPort(host, port)));
    const onClose = () => finish(new DialError('closed', 'the connection was closed during the TLS handshake'));
    const timer = setTimeout(
      () => finish(new DialError('timed_out', `no answer within ${options.timeoutMs / 1000} s`)),
      options.timeoutMs,
    );
    const onAbort = () => finish(new DialError('other', 'the connection attempt was given up'));
    signal?.addEventListener('abort', onAbort);
    socket.once('error', onError);
    socket.once('close', onClose);
    if (signal?.aborted) onAbort();
    socket.once('secureConnect', () => {
      socket.setNoDelay(true);
      socket.setKeepAlive(true, TCP_KEEPALIVE_MS);
      try {
        finish(trust === undefined ? undefined : judgeServer(socket, serverName, trust));
      } catch (error) {
        onError(error as Error);
      }
    });
  });
}

const FAILURES: Record<string, [DialFailure, string]> = {
  ENOTFOUND: ['name_not_found', 'the host name is not known'],
  EAI_AGAIN: ['name_not_found', 'the host name cannot be looked up now'],
  ECONNREFUSED: ['refused', 'nothing listens there (connection refused)'],
  EHOSTUNREACH: ['unreachable', 'the host cannot be reached'],
  ENETUNREACH: ['unreachable', 'the network cannot be reached'],
  ETIMEDOUT: ['timed_out', 'the connection attempt timed out'],
  ECONNRESET: ['closed', 'the peer closed the connection during the TLS handshake'],
  EPIPE: ['closed', 'the peer closed the connection during the TLS handshake'],
  ERR_SSL_WRONG_VERSION_NUMBER: ['not_tls', 'the peer does not speak TLS'],
  ERR_SSL_PACKET_LENGTH_TOO_LONG: ['not_tls', 'the peer does not speak TLS'],
  ERR_SSL_TLSV1_ALERT_NO_APPLICATION_PROTOCOL: [
    'alpn_refused',
    'the peer offers no Teleport auth service (ALPN refused)',
  ],
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: ['other', 'the peer does not speak TLS 1.2 or later'],
};

/** What a failure of a socket means for the connection. */
export function describeDialError(error: Error, address: string): DialError {
  if (error instanceof DialError) return error;
  // Several addresses of one host were tried: the last failure tells no less than the others.
  const cause = 'errors' in error ? ((error as AggregateError).errors.at(-1) as Error) : error;
  const code = systemErrorCode(cause) ?? systemErrorCode(error) ?? '';
  const known = FAILURES[code];
  if (known !== undefined) return new DialError(known[0], known[1], { cause: error });
  if (isClientCertificateAlert(cause))
    return new DialError('client_certificate', 'the server refused the client certificate', { cause: error });
  return new DialError('other', `TLS to ${address} failed: ${cause.message || code}`, { cause: error });
}

/** TLS alerts that a server sends about the certificate of its client, as they come or described. */
export function isClientCertificateAlert(error: unknown): boolean {
  if (error instanceof DialError) return error.failure === 'client_certificate';
  return /^ERR_SSL_(SSLV3|TLSV1|TLSV13)_ALERT_(BAD_CERTIFICATE|CERTIFICATE_|UNKNOWN_CA|UNSUPPORTED_CERTIFICATE|ACCESS_DENIED)/.test(
    systemErrorCode(error) ?? '',
  );
}

function judgeServer(socket: tls.TLSSocket, serverName: string, trust: ServerTrust): DialError | undefined {
  const certificate = socket.getPeerX509Certificate(); // asked once: Node gives it away
  if (certificate === undefined) return new DialError('server_certificate', 'the server showed no certificate');
  const problem = findCertificateProblem(socket, certificate, serverName, trust);
  return problem === undefined ? undefined : describeServerCertificate(certificate, serverName, problem);
}

function describeServerCertificate(certificate: X509Certificate, serverName: string, reason: string): DialError {
  const names = certificate.subjectAltName?.replaceAll(/DNS:|IP Address:/g, '') ?? 'no name';
  const { CN, O } = certificate.toLegacyObject().issuer;
  const issuer = [CN ?? O ?? 'an unnamed authority'].flat().join(', ');
  const shown = `the server's certificate is for ${names}, issued by ${issuer}`;
  const why =
    {
      ERR_TLS_CERT_ALTNAME_INVALID: `; it is not for ${serverName}`,
      CERT_HAS_EXPIRED: `; it expired at ${certificate.validTo}`,
      CERT_NOT_YET_VALID: `; it is not valid before ${certificate.validFrom}: check the clock of this machine`,
    }[reason] ?? `, which is not among the trusted authorities (${reason})`;
  return new DialError('server_certificate', `${shown}${why}`, {
    ...(reason === 'ERR_TLS_CERT_ALTNAME_INVALID' ? {} : { issuer }),
  });
}
