import { authorizedKeyLine } from '../../crypto/index.js';
import { readSubjectKeys } from '../certs/public-keys.js';
import { ClusterError } from '../errors.js';
import { type Answer, failure, failureOf, json, type WebRequest } from '../listeners/http.js';
import { answerRequest, challengeBrowser } from '../login/browser-requests.js';
import { registerOtp, registerPasskey } from '../login/new-device.js';
import { beginSignIn, finishSignIn } from '../login/sign-in.js';
import { getResetToken, redeemToken } from '../login/user-tokens.js';
import { creationOptions, readAssertion, readAttestation, requestOptions } from '../passkeys/browser-json.js';
import type { ClusterState } from '../state.js';
import { readJsonBody } from './json-body.js';
import { secondFactorPage } from './pages.js';
import { qrPng } from './qr-png.js';

type Body = Record<string, unknown>;
type Handler = (state: ClusterState, body: Body, request: WebRequest) => Promise<Answer>;

/** Routes with a body, by method and path (login §1, §5.8). */
const ROUTES: Readonly<Record<string, Handler>> = {
  'POST /webapi/mfa/login/begin': begin,
  'POST /webapi/mfa/login/finish': finish,
  'PUT /webapi/users/password/token': redeem,
};

/** Routes whose path names a link, which begin a registration (login §5.8), or a command that waits for a browser (§8). */
const NAMED: readonly [string, RegExp, (state: ClusterState, name: string, body: Body) => Promise<Answer>][] = [
  ['GET', /^\/webapi\/users\/password\/token\/([0-9A-Za-z-]+)$/, describeToken],
  ['POST', /^\/webapi\/mfa\/token\/([0-9A-Za-z-]+)\/registerchallenge$/, register],
  ['GET', /^\/web\/mfa\/browser\/([0-9a-f-]+)$/, showBrowser],
  ['PUT', /^\/webapi\/mfa\/browser\/([0-9a-f-]+)$/, answerBrowser],
];

function namedRoute({ method }: WebRequest, path: string): Handler | undefined {
  for (const [wanted, pattern, handle] of NAMED) {
    const name = method === wanted ? pattern.exec(path)?.[1] : undefined;
    if (name !== undefined) return (state, body) => handle(state, name, body);
  }
  return undefined;
}

/** Answers a login, or gives undefined for other routes. The content type keeps forms of other sites' pages out. */
export function answerLogin(state: ClusterState, request: WebRequest, path: string): Promise<Answer> | undefined {
  const handler = ROUTES[`${request.method} ${path}`] ?? namedRoute(request, path);
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
  const { otp, passkey, browserRequest } = await beginSignIn(state, {
    username: text(body, 'user'),
    password: Buffer.from(text(body, 'pass')),
    callbackUrl: text(body, 'browser_mfa_tsh_redirect_url'),
  });
  return json({
    webauthn_challenge: passkey === undefined ? null : requestOptions(passkey),
    totp_challenge: otp,
    sso_challenge: null,
    ...(browserRequest === undefined ? {} : { browser_challenge: { requestId: browserRequest } }),
  });
}

async function finish(state: ClusterState, body: Body, { socket }: WebRequest): Promise<Answer> {
  const username = text(body, 'user');
  const sshKey = Buffer.from(text(body, 'ssh_pub_key'), 'base64');
  const tlsKey = Buffer.from(text(body, 'tls_pub_key'), 'base64');
  if (sshKey.length === 0 && tlsKey.length === 0) {
    throw new ClusterError('BadParameter', "'ssh_pub_key' or 'tls_pub_key' must be provided");
  }
  const passkey = readAssertion(body.webauthn_challenge_response);
  const certs = await finishSignIn(state, {
    username,
    password: Buffer.from(text(body, 'password')),
    otp: text(body, 'totp_code'),
    ...(passkey === undefined ? {} : { passkey }),
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
  const passkey = readAttestation(body.webauthnCreationResponse);
  await redeemToken(state, {
    tokenId: text(body, 'token'),
    password: Buffer.from(text(body, 'password'), 'base64'),
    otp: text(body, 'second_factor_token'),
    ...(passkey === undefined ? {} : { passkey }),
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
  try {
    if (type === 'webauthn') {
      return json({ webauthn: creationOptions(await registerPasskey(state, tokenId)), totp: null });
    }
    if (type !== 'totp') throw new ClusterError('BadParameter', `device type "${type}" is not supported here`);
    const { uri } = await registerOtp(state, tokenId);
    return json({ webauthn: null, totp: { qrCode: base64(qrPng(uri)) } });
  } catch (error) {
    if (error instanceof ClusterError && error.kind === 'NotFound') return failure(403, 'invalid token');
    throw error;
  }
}

async function showBrowser(state: ClusterState, id: string): Promise<Answer> {
  return secondFactorPage(state.clusterName, id, await challengeBrowser(state, id));
}

async function answerBrowser(state: ClusterState, id: string, body: Body): Promise<Answer> {
  const { webauthnResponse } = Object(body.browser_response) as { webauthnResponse?: unknown };
  return json({ tsh_redirect_url: await answerRequest(state, id, webauthnResponse) });
}

function text(body: Body, key: string): string {
  const value = body[key] ?? '';
  if (typeof value === 'string') return value;
  throw new ClusterError('BadParameter', `${key}: must be text`);
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64');
}
