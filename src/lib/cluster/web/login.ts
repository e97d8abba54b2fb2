import { authorizedKeyLine } from '../../crypto/index.js';
import { readSubjectKeys } from '../certs/public-keys.js';
import { ClusterError } from '../errors.js';
import { type Answer, failure, failureOf, json, type WebRequest } from '../listeners/http.js';
import { beginSignIn, finishSignIn } from '../login/sign-in.js';
import { getResetToken, redeemToken, registerOtp } from '../login/user-tokens.js';
import type { ClusterState } from '../state.js';
import { readJsonBody } from './json-body.js';
import { qrPng } from './qr-png.js';

type Body = Record<string, unknown>;
type Handler = (state: ClusterState, body: Body, request: WebRequest) => Promise<Answer>;

/** Routes with a body, by method and path (login §1, §5.8). */
const ROUTES: Readonly<Record<string, Handler>> = {
  'POST /webapi/mfa/login/begin': begin,
  'POST /webapi/mfa/login/finish': finish,
  'PUT /webapi/users/password/token': redeem,
};

const TOKEN = /^\/webapi\/users\/password\/token\/([0-9A-Za-z-]+)$/;
const REGISTER = /^\/webapi\/mfa\/token\/([0-9A-Za-z-]+)\/registerchallenge$/;

/** The routes whose path names a link (login §5.8): both begin a registration of one-time passwords anew. */
function tokenRoute({ method }: WebRequest, path: string): Handler | undefined {
  const shown = TOKEN.exec(path)?.[1];
  if (method === 'GET' && shown !== undefined) return (state) => describeToken(state, shown);
  const registered = REGISTER.exec(path)?.[1];
  if (method === 'POST' && registered !== undefined) return (state, body) => register(state, registered, body);
  return undefined;
}

/** Answers a login, or gives undefined for other routes. The content type keeps forms of other sites' pages out. */
export function answerLogin(state: ClusterState, request: WebRequest, path: string): Promise<Answer> | undefined {
  const handler = ROUTES[`${request.method} ${path}`] ?? tokenRoute(request, path);
  if (handler === undefined) return undefined;
  if (request.method === 'GET') {
    return handler(state, {}, request).catch((error: unknown) => failureOf(error, request, state.log));
  }
  if (!/^application\/json\b/i.test(String(request.headers['content-type'] ?? ''))) {
    return Promise.resolve(failure(400, 'invalid request'));
  }
  return readJsonBody(request)
    .then((body) => handler(state, body, request))
    .catch((error: unknown) => failureOf(error, request, state.log));
}

async function begin(state: ClusterState, body: Body): Promise<Answer> {
  if (body.passwordless === true) throw new ClusterError('BadParameter', 'this cluster has no passwordless logins');
  const { otp } = await beginSignIn(state, { username: text(body, 'user'), password: Buffer.from(text(body, 'pass')) });
  return json({ webauthn_challenge: null, totp_challenge: otp, sso_challenge: null });
}

async function finish(state: ClusterState, body: Body, { socket }: WebRequest): Promise<Answer> {
  const username = text(body, 'user');
  const sshKey = Buffer.from(text(body, 'ssh_pub_key'), 'base64');
  const tlsKey = Buffer.from(text(body, 'tls_pub_key'), 'base64');
  if (sshKey.length === 0 && tlsKey.length === 0) {
    throw new ClusterError('BadParameter', "'ssh_pub_key' or 'tls_pub_key' must be provided");
  }
  const certs = await finishSignIn(state, {
    username,
    password: Buffer.from(text(body, 'password')),
    otp: text(body, 'totp_code'),
    keys: readSubjectKeys(tlsKey, sshKey),
    ttlMs: (typeof body.ttl === 'number' ? body.ttl : 0) / 1_000_000,
    routeToCluster: text(body, 'RouteToCluster'),
    loginIp: (socket.remoteAddress ?? '').replace(/^::ffff:/, ''),
  });
  const { host } = state.authorities;
  return json({
    username,
    cert: sshKey.length === 0 ? null : base64(certs.ssh),
    tls_cert: tlsKey.length === 0 ? null : base64(certs.tls),
    host_signers: [
      {
        domain_name: state.clusterName,
        checking_keys: [base64(Buffer.from(`${authorizedKeyLine(host.sshKey)}\n`))],
        tls_certs: host.trustedTlsCertPems.map((pem) => base64(Buffer.from(pem))),
      },
    ],
    samlSingleLogoutEnabled: false,
    mfa_token: '',
  });
}

async function redeem(state: ClusterState, body: Body): Promise<Answer> {
  await redeemToken(state, {
    tokenId: text(body, 'token'),
    password: Buffer.from(text(body, 'password'), 'base64'),
    otp: text(body, 'second_factor_token'),
    deviceName: text(body, 'deviceName'),
  });
  return json({ recovery: {} });
}

async function describeToken(state: ClusterState, tokenId: string): Promise<Answer> {
  try {
    const user = getResetToken(state, tokenId).spec?.user ?? '';
    const { uri } = await registerOtp(state, tokenId);
    return json({ tokenId, user, qrCode: base64(qrPng(uri)), expiry: '0001-01-01T00:00:00Z' });
  } catch (error) {
    if (error instanceof ClusterError) return failure(403, 'bad or expired token');
    throw error;
  }
}

async function register(state: ClusterState, tokenId: string, body: Body): Promise<Answer> {
  const type = text(body, 'deviceType');
  if (type !== 'totp') throw new ClusterError('BadParameter', `device type "${type}" is not supported here`);
  try {
    const { uri } = await registerOtp(state, tokenId);
    return json({ webauthn: null, totp: { qrCode: base64(qrPng(uri)) } });
  } catch (error) {
    if (error instanceof ClusterError) return failure(403, 'invalid token');
    throw error;
  }
}

function text(body: Body, key: string): string {
  const value = body[key] ?? '';
  if (typeof value === 'string') return value;
  throw new ClusterError('BadParameter', `${key}: must be text`);
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
