import { splitCertificates, totpCode, totpUri } from '../crypto/index.js';
import { openAnonymousAuth } from '../transport/index.js';
import { CodedError, isErrorCode } from '../util/coded-error.js';
import { TELEPORT_VERSION } from '../util/teleport-version.js';
import {
  changeUserAuthentication,
  createRegisterChallenge,
  DeviceType,
  DeviceUsage,
  getResetToken,
} from './calls/password-tokens.js';
import { openProxyWeb, type ProxyWeb, type WebOptions } from './proxy-web.js';
import { Rpc } from './rpc.js';

export interface OtpSecret {
  /** Base32, for typing into an authenticator app. */
  secret: string;
  /** The same as an app reads it from a QR code. */
  uri: string;
  /** The one-time password in force at a moment. */
  codeAt(moment: Date): string;
}

/** A link that `tctl users add` or `tctl users reset` gave, being redeemed. */
export interface Invite {
  username: string;
  clusterName: string;
  /** `host:port` of the proxy that the link names. */
  proxyAddress: string;
  /** Whether the cluster takes one-time passwords; if not, the password is all that it wants. */
  takesOtp: boolean;
  /** A new secret for one-time passwords; each call replaces the one before. @throws RpcError */
  registerOtp(): Promise<OtpSecret>;
  /** Sets the password, and the second factor that a code proves. The link is used up then. @throws RpcError */
  accept(secrets: { password: string; otp?: string }): Promise<void>;
  close(): Promise<void>;
}

const PATH = /^\/web\/(?:invite|reset)\/([0-9A-Za-z-]+)(?:\/continue)?\/?$/;

/**
 * Opens a link without its web page: the host CA comes from the proxy's web port, the rest goes to the auth service
 * (login §5.9). Whoever has the link needs nothing else.
 * @throws CodedError `bad_parameter`, `proxy_unreachable`, `proxy_not_found`, `link_invalid`, `login_unsupported` where the
 *   cluster wants a passkey
 */
export async function openInvite(link: string, options: WebOptions & { userAgent?: string } = {}): Promise<Invite> {
  const url = URL.parse(link);
  const tokenId = PATH.exec(url?.pathname ?? '')?.[1];
  if (url?.protocol !== 'https:' || tokenId === undefined) {
    throw new CodedError(
      'bad_parameter',
      'this is no link of the kind that "tctl users add" and "tctl users reset" print',
      {
        hint: 'It looks like https://proxy.example.com:443/web/invite/0123456789abcdef0123456789abcdef',
      },
    );
  }
  const { userAgent = `machine-identity-tools/${TELEPORT_VERSION}` } = options;
  const web = await openProxyWeb(url.port === '' ? `${url.hostname}:443` : url.host, options);
  const { address, target, found, getText } = web;
  const takesOtp = await readTakesOtp(web, link);
  const caPems = splitCertificates(await getText('/webapi/auth/export?type=tls-host'));
  const { transport, close } = await openAnonymousAuth({
    address,
    routeTo: found.clusterName,
    trust: { kind: 'authorities', caPems },
    metadata: { version: TELEPORT_VERSION, userAgent },
    timeoutMs: target.timeoutMs,
    ...(target.proxy === undefined ? {} : { proxy: target.proxy }),
  });
  const rpc = new Rpc(transport);
  try {
    const token = await usable(() => rpc.unary(getResetToken, { tokenId }));
    return {
      username: token.spec?.user ?? '',
      clusterName: found.clusterName,
      proxyAddress: address,
      takesOtp,
      registerOtp: () => usable(() => registerOtp(rpc, tokenId)),
      async accept({ password, otp }) {
        const answer = otp === undefined ? {} : { newMfaRegisterResponse: answerWith(otp) };
        const newPassword = Buffer.from(password, 'utf8');
        await usable(() => rpc.unary(changeUserAuthentication, { tokenId, newPassword, ...answer }));
      },
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** By the ping's word for the second factor (login §1.2); words that are not known here are left to the cluster. */
async function readTakesOtp(web: ProxyWeb, link: string): Promise<boolean> {
  const { auth } = (await web.call('/webapi/ping')) as { auth?: { second_factor?: string } };
  if (auth?.second_factor === 'webauthn') {
    throw new CodedError(
      'login_unsupported',
      'the cluster wants a passkey as the second factor, which is set up in a browser',
      { hint: `Open the link in a browser: ${link}` },
    );
  }
  return auth?.second_factor !== 'off';
}

async function registerOtp(rpc: Rpc, tokenId: string): Promise<OtpSecret> {
  const kind = { deviceType: DeviceType.TOTP, deviceUsage: DeviceUsage.MFA };
  const { request } = await rpc.unary(createRegisterChallenge, { tokenId, ...kind });
  if (request.case !== 'totp') throw new CodedError('bad_answer', 'the server answered without a secret');
  const { secret, issuer, account } = request.value;
  return { secret, uri: totpUri({ secret, issuer, account }), codeAt: (moment) => totpCode(secret, moment) };
}

function answerWith(code: string) {
  return { response: { case: 'totp' as const, value: { code, id: '' } } };
}

/** Says what is wrong with the link, where the server only does not find it. */
async function usable<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isErrorCode(error, 'not_found')) throw error;
    throw new CodedError(
      'link_invalid',
      'the link is not valid: it has expired, was used, or a newer one replaced it',
      {
        cause: error,
        hint: 'Ask an administrator for a new one: "tctl users reset NAME" prints it',
      },
    );
  }
}
