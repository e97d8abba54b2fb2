import { promises as files } from 'node:fs'; // loaded when used

import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { parseCertificate, spkiPin, splitCertificates } from '../crypto/index.js';
import { type Certs, CertsSchema } from '../gen/proto/certs_pb.js';
import { JoinService } from '../gen/proto/join_service_pb.js';
import { RegisterUsingTokenRequestSchema } from '../gen/types/register_pb.js';
import { SignatureAlgorithmSuite } from '../gen/types/signature_algorithm_suite_pb.js';
import { toLegacyJson } from '../resources/index.js';
import {
  callWeb,
  chooseHttpProxy,
  connectionUpgradeWanted,
  DialError,
  openAnonymousAuth,
  openProxyJoin,
} from '../transport/index.js';
import { CodedError } from '../util/coded-error.js';
import { parseHostPort } from '../util/host-port.js';
import { TELEPORT_VERSION } from '../util/teleport-version.js';
import { type BoundKeypairJoin, type BoundKeypairResult, joinWithBoundKeypair } from './bound-keypair.js';
import { getClusterCACert, ping } from './calls/cluster.js';
import { RpcError, STATUS_CODES } from './errors.js';
import { webTarget } from './proxy-web.js';
import { Rpc } from './rpc.js';

/** Where a machine without credentials may join: an auth service, or a proxy's web port. */
export interface JoinPlace {
  kind: 'auth' | 'proxy';
  /** `host:port`. */
  address: string;
}

/** How a place to join at is reached and verified. */
export interface JoinOptions {
  /** Accept any server. */
  insecure?: boolean;
  /** Pins of the host CA, `sha256:<hex>`; for auth services. */
  caPins?: readonly string[];
  /** PEM file of the host CA; for auth services. */
  caPath?: string;
  /** Of the process: HTTPS_PROXY and SSL_CERT_FILE count. */
  env?: Record<string, string | undefined>;
  /** By which the validity of pinned authorities is judged. */
  now: Date;
  /** For the connection, and for each answer; 30,000 unless given. */
  timeoutMs?: number;
  /** `tbot/<version>` unless given. */
  userAgent?: string;
}

/** The calls that a machine without credentials may make. */
export interface JoinSession {
  place: JoinPlace;
  /** Whether the server was verified. */
  isServerVerified: boolean;
  /** Which key algorithms the cluster wants. */
  signatureSuite(): Promise<SignatureAlgorithmSuite>;
  /** Joins with a token (join §1.2). @throws RpcError with the server's own words */
  registerUsingToken(request: MessageInitShape<typeof RegisterUsingTokenRequestSchema>): Promise<Certs>;
  /** Joins with a bound key (join §2.6). @throws RpcError with the server's own words */
  registerUsingBoundKeypair(join: BoundKeypairJoin): Promise<BoundKeypairResult>;
  close(): Promise<void>;
}

const TIMEOUT_MS = 30_000;

/** Opens the way to a place where a machine may join. @throws CodedError `join_unreachable`, `bad_pin`, `ca_file_unreadable` */
export async function openJoin(place: JoinPlace, options: JoinOptions): Promise<JoinSession> {
  try {
    return place.kind === 'proxy' ? await openAtProxy(place, options) : await openAtAuth(place, options);
  } catch (error) {
    throw explainDial(error, place);
  }
}

function explainDial(error: unknown, place: JoinPlace): unknown {
  if (!(error instanceof DialError)) return error;
  return new CodedError('join_unreachable', `cannot reach the ${nameOf(place)} at ${place.address}: ${error.message}`, {
    cause: error,
    hint:
      error.failure === 'server_certificate' && place.kind === 'proxy'
        ? 'Name the CA of the certificate in SSL_CERT_FILE.'
        : 'Check the address and that the cluster runs.',
  });
}

function nameOf({ kind }: JoinPlace): string {
  return kind === 'proxy' ? 'proxy' : 'auth service';
}

async function openAtAuth(place: JoinPlace, options: JoinOptions): Promise<JoinSession> {
  const caPems = await authoritiesOf(place, options);
  const { close, rpc } = await openRpc(place, options, caPems);
  return {
    place,
    isServerVerified: caPems !== undefined,
    signatureSuite: async () => (await rpc.unary(ping, {})).signatureAlgorithmSuite,
    registerUsingToken: (request) => rpc.unary(JoinService.method.registerUsingToken, request),
    registerUsingBoundKeypair: (join) => joinWithBoundKeypair(rpc.transport, join),
    close,
  };
}

async function openRpc({ address }: JoinPlace, options: JoinOptions, caPems: string[] | undefined) {
  const { env = {}, timeoutMs = TIMEOUT_MS } = options;
  const { host, port = 3025 } = parseHostPort(address) ?? { host: address };
  const proxy = chooseHttpProxy(env, { host, port });
  const { transport, close } = await openAnonymousAuth({
    address,
    timeoutMs,
    metadata: metadataOf(options),
    ...(caPems === undefined ? {} : { trust: { kind: 'authorities', caPems } }),
    ...(proxy === undefined ? {} : { proxy }),
  });
  return { rpc: new Rpc(transport), close };
}

function metadataOf({ userAgent = `tbot/${TELEPORT_VERSION}` }: JoinOptions) {
  return { version: TELEPORT_VERSION, userAgent };
}

/** What the auth service is judged by: the pins, the file, or nothing (join §1.1). */
async function authoritiesOf(place: JoinPlace, options: JoinOptions): Promise<string[] | undefined> {
  const { insecure, caPins = [], caPath } = options;
  if (insecure) return undefined;
  if (caPins.length > 0) return pinnedAuthorities(place, options, caPins);
  if (caPath === undefined) return undefined;
  try {
    const pems = splitCertificates(await files.readFile(caPath, 'utf8'));
    if (pems.length > 0) return pems;
  } catch (cause) {
    throw new CodedError('ca_file_unreadable', `ca_path ${caPath} cannot be read`, { cause });
  }
  throw new CodedError('ca_file_unreadable', `ca_path ${caPath} holds no PEM certificate`);
}

async function pinnedAuthorities(place: JoinPlace, options: JoinOptions, pins: readonly string[]): Promise<string[]> {
  const malformed = pins.find((pin) => !/^sha256:[0-9a-f]{64}$/i.test(pin));
  if (malformed !== undefined)
    throw new CodedError('bad_pin', `${JSON.stringify(malformed)} is no CA pin`, {
      hint: 'A pin is sha256: and 64 hex digits; "tctl status" prints it.',
    });
  const { rpc, close } = await openRpc(place, options, undefined);
  try {
    const { tlsCa } = await rpc.unary(getClusterCACert, {});
    const pems = splitCertificates(Buffer.from(tlsCa).toString('utf8'));
    const known = new Set(pins.map((pin) => pin.toLowerCase()));
    const isTrusted = (pem: string) => {
      const { validFromDate, validToDate } = parseCertificate(pem);
      return known.has(spkiPin(pem)) && validFromDate <= options.now && options.now < validToDate;
    };
    if (pems.length > 0 && pems.every(isTrusted)) return pems;
    throw new CodedError('bad_pin', `the host CA that ${place.address} shows fits none of the CA pins`, {
      hint: 'Compare ca_pins with what "tctl status" prints for the cluster.',
    });
  } finally {
    await close();
  }
}

async function openAtProxy(place: JoinPlace, options: JoinOptions): Promise<JoinSession> {
  const web = await webTarget(place.address, 443, options);
  const call = async (path: string, json?: string) => {
    try {
      return await callWeb(web, path, json);
    } catch (error) {
      throw explainDial(error, place);
    }
  };
  return {
    place,
    isServerVerified: !web.insecure,
    async signatureSuite() {
      const { status, body } = await call('/webapi/find');
      if (status !== 200)
        throw new CodedError('join_unreachable', `no Teleport proxy answers at ${place.address} (HTTP ${status})`);
      return readSuite(body);
    },
    async registerUsingToken(request) {
      const message = create(RegisterUsingTokenRequestSchema, request);
      const json = JSON.stringify(toLegacyJson(RegisterUsingTokenRequestSchema, message));
      const { status, body } = await call('/v1/webapi/host/credentials', json);
      if (status !== 200) throw refusal(status, body);
      return readCerts(body);
    },
    async registerUsingBoundKeypair(join) {
      const upgrade = connectionUpgradeWanted(options.env ?? {}, web);
      const opening = openProxyJoin(web, { metadata: metadataOf(options), timeoutMs: web.timeoutMs }, upgrade);
      const { transport, close } = await opening.catch((error: unknown) => {
        throw explainDial(error, place);
      });
      try {
        return await joinWithBoundKeypair(transport, join);
      } finally {
        await close();
      }
    },
    close: async () => undefined,
  };
}

const SUITES: ReadonlyMap<unknown, SignatureAlgorithmSuite> = new Map([
  ['legacy', SignatureAlgorithmSuite.LEGACY],
  ['balanced-v1', SignatureAlgorithmSuite.BALANCED_V1],
  ['fips-v1', SignatureAlgorithmSuite.FIPS_V1],
  ['hsm-v1', SignatureAlgorithmSuite.HSM_V1],
]);

function readSuite(body: string): SignatureAlgorithmSuite {
  const found = readJson(body) as { auth?: { signature_algorithm_suite?: unknown } };
  const suite = found.auth?.signature_algorithm_suite;
  if (typeof suite === 'number') return suite;
  return SUITES.get(suite) ?? SignatureAlgorithmSuite.UNSPECIFIED;
}

function refusal(status: number, body: string): RpcError {
  const { error } = readJson(body) as { error?: { message?: unknown } };
  const message = typeof error?.message === 'string' ? error.message : `the proxy answered with HTTP status ${status}`;
  return new RpcError(STATUS_CODES[status] ?? 'unknown', 'RegisterUsingToken', message);
}

function readCerts(body: string): Certs {
  const { ssh, tls, tls_ca_certs, ssh_ca_certs } = readJson(body) as Record<string, unknown>;
  const bytes = (value: unknown) => new Uint8Array(Buffer.from(typeof value === 'string' ? value : '', 'base64'));
  const list = (value: unknown) => (Array.isArray(value) ? value.map(bytes) : []);
  return create(CertsSchema, {
    ssh: bytes(ssh),
    tls: bytes(tls),
    tlsCaCerts: list(tls_ca_certs),
    sshCaCerts: list(ssh_ca_certs),
  });
}

function readJson(body: string): object {
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value === 'object' && value !== null) return value;
  } catch {
    // told below
  }
  throw new CodedError('join_unreachable', 'the proxy answered with something that is not JSON', {
    hint: 'Check the address: another web server may answer there.',
  });
}
