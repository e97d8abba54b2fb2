import type { MessageInitShape } from '@bufbuild/protobuf';

import type { Credentials } from '../credentials/index.js';
import { type ProxySSHRequestSchema, TransportService } from '../gen/teleport/transport/v1/transport_service_pb.js';
import { chooseHttpProxy, DialError, openProxySsh } from '../transport/index.js';
import { CodedError } from '../util/coded-error.js';
import { framesOf } from '../util/frames.js';
import { parseHostPort } from '../util/host-port.js';
import { TELEPORT_VERSION } from '../util/teleport-version.js';
import { toRpcError } from './to-rpc-error.js';

/** An SSH server behind a proxy, and as whom it is reached. */
export interface SshHostOptions {
  /** `host:port` of the proxy: its web port with TLS routing, else its SSH port. */
  proxyAddress: string;
  credentials: Credentials;
  /** `host:port` of the SSH server, as the cluster knows it; port 0: that of the server. */
  target: string;
  /** Cluster of the server. */
  cluster: string;
  /** Of the process: HTTPS_PROXY counts. */
  env?: Record<string, string | undefined>;
  /** Longest wait for the connection to the proxy; 30,000 unless given. */
  dialTimeoutMs?: number;
  /** `tbot/<version>` unless given. */
  userAgent?: string;
}

type Request = MessageInitShape<typeof ProxySSHRequestSchema>;

const METHOD = TransportService.method.proxySSH;
const DIAL_TIMEOUT_MS = 30_000; // transport §5.8
const MAX_PAYLOAD_BYTES = 16 * 1024; // transport §5.5

/**
 * Carries an SSH session to a server behind a proxy: what the local ssh sends goes in, what the server answers comes out.
 * @throws CodedError `proxy_unreachable`; RpcError with the proxy's own words
 */
export async function* carrySsh(
  options: SshHostOptions,
  input: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const { transport, close } = await open(options);
  try {
    const requests = requestsOf(options, input);
    const { message } = await transport.stream(METHOD, undefined, undefined, undefined, requests);
    for await (const { frame } of message) if (frame.case === 'ssh') yield frame.value.payload;
  } catch (error) {
    throw toRpcError(error, METHOD.name);
  } finally {
    await close();
  }
}

async function open(options: SshHostOptions) {
  const { proxyAddress: address, credentials, env = {}, dialTimeoutMs = DIAL_TIMEOUT_MS } = options;
  const { host = address, port = 443 } = parseHostPort(address) ?? {};
  const proxy = chooseHttpProxy(env, { host, port });
  try {
    return await openProxySsh({
      address,
      clusterName: credentials.clusterName,
      tls: credentials.tls,
      metadata: { version: TELEPORT_VERSION, userAgent: options.userAgent ?? `tbot/${TELEPORT_VERSION}` },
      dialTimeoutMs,
      ...(proxy === undefined ? {} : { proxy }),
    });
  } catch (cause) {
    if (!(cause instanceof DialError)) throw cause;
    throw new CodedError('proxy_unreachable', `cannot reach the proxy at ${address}: ${cause.message}`, {
      cause,
      hint: 'Check the address, that the cluster runs, and that the files of the output are of the same cluster.',
    });
  }
}

async function* requestsOf(
  { target, cluster }: SshHostOptions,
  input: AsyncIterable<Uint8Array>,
): AsyncGenerator<Request> {
  yield { dialTarget: { hostPort: target, cluster } };
  for await (const chunk of input)
    for (const payload of framesOf(chunk, MAX_PAYLOAD_BYTES)) yield { frame: { case: 'ssh', value: { payload } } };
}
