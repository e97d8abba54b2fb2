import { saveLogin } from '../../credentials/index.js';
import { authorizedKeyLine, generatePrivateKey, publicKeyPem } from '../../crypto/index.js';
import { CodedError, isErrorCode } from '../../util/coded-error.js';
import { TELEPORT_VERSION } from '../../util/teleport-version.js';
import { openBrowserCallback } from '../mfa/browser-callback.js';
import { openProxyWeb, type ProxyWeb, type WebOptions } from '../proxy-web.js';
import { type LoginAnswer, readLoginAnswer } from './answer.js';
import { type LoginSettings, readLoginSettings } from './ping.js';

/** The person who logs in. */
export interface LoginPrompt {
  password(): Promise<string>;
  otp(): Promise<string>;
  /** Has a page opened in a browser. */
  browse(link: string): void | Promise<void>;
}

export interface LoginOptions extends WebOptions {
  /** Address of the proxy, `host:port`. */
  proxy: string;
  /** Ignored where an identity provider says who somebody is. */
  username: string;
  /** `local`, or the name of an identity provider's connector; the cluster's default unless given. */
  connector?: string;
  /** Life of the certificates; the cluster decides unless given. Roles may shorten it. */
  ttlMs?: number;
  /** Folder to write the login into: TELEPORT_HOME or ~/.tsh. */
  home: string;
  prompt: LoginPrompt;
  now: () => Date;
}

export interface LoggedIn {
  username: string;
  clusterName: string;
  proxyAddress: string;
  /** Path of the profile. */
  profile: string;
  expires: Date;
}

/** Keys by the cluster's algorithm suite (login §3.1). */
async function generateKeys(suite: string) {
  if (suite === 'legacy') {
    const key = await generatePrivateKey('rsa-2048');
    return { tls: key, ssh: key };
  }
  const [tls, ssh] = await Promise.all([
    generatePrivateKey('ecdsa-p256'),
    generatePrivateKey(suite === 'fips-v1' ? 'ecdsa-p256' : 'ed25519'),
  ]);
  return { tls, ssh };
}

type Keys = Awaited<ReturnType<typeof generateKeys>>;

/**
 * Logs in with password and one-time password, or at an identity provider in the browser, and leaves a tsh home that tsh
 * reads too (login §7.1).
 * @throws CodedError `login_failed`, `login_unsupported`, `proxy_unreachable`, `proxy_not_found`, `bad_answer`,
 *   `browser_refused`, `timed_out`
 */
export async function logIn(options: LoginOptions): Promise<LoggedIn> {
  const { proxy, connector, home, now } = options;
  const web = await openProxyWeb(proxy, options);
  const settings = await readLoginSettings(web, connector);
  const keys = await generateKeys(settings.suite);
  const body =
    settings.type === 'local'
      ? await logInLocally(web, keys, options)
      : await logInByBrowser(web, settings, keys, options);
  const answer = readLoginAnswer(body, keys, now());
  const profile = await saveLogin(home, loginOf(answer, settings, keys, connector));
  const { username, clusterName, expires } = answer;
  return { username, clusterName, expires, profile, proxyAddress: settings.proxyAddress };
}

async function logInLocally(web: ProxyWeb, keys: Keys, options: LoginOptions): Promise<unknown> {
  const { username: user, prompt } = options;
  const password = await prompt.password();
  const challenge = await explaining(user, () =>
    web.call('/webapi/mfa/login/begin', { user, pass: password, passwordless: false }),
  );
  const { totp_challenge: takesOtp, webauthn_challenge: webauthn } = challenge as {
    totp_challenge?: boolean;
    webauthn_challenge?: object | null;
  };
  if (!takesOtp && webauthn) {
    throw new CodedError(
      'login_unsupported',
      `user "${user}" has passkeys or security keys only, which this tool does not read`,
      {
        hint: 'Use tsh login; tctl takes over its login',
      },
    );
  }
  const otp = takesOtp ? (await prompt.otp()).trim() : '';
  return explaining(user, () =>
    web.call('/webapi/mfa/login/finish', {
      user,
      password,
      webauthn_challenge_response: null,
      totp_code: otp,
      ...publicKeys(keys),
      ttl: nanoseconds(options.ttlMs),
      RouteToCluster: '',
      KubernetesCluster: '',
    }),
  );
}

async function logInByBrowser(
  web: ProxyWeb,
  settings: LoginSettings,
  keys: Keys,
  { ttlMs, prompt }: LoginOptions,
): Promise<unknown> {
  const callback = await openBrowserCallback(settings.proxyAddress);
  try {
    const { redirect_url: url, post_form: form } = (await web.call(`/webapi/${settings.type}/login/console`, {
      redirect_url: callback.url,
      ...publicKeys(keys),
      cert_ttl: nanoseconds(ttlMs),
      connector_id: settings.connector,
      compatibility: '',
      RouteToCluster: '',
      KubernetesCluster: '',
      PKCEVerifier: '',
      client_version: TELEPORT_VERSION,
    })) as { redirect_url?: string; post_form?: string };
    if (!url && !form) throw new CodedError('bad_answer', 'the cluster names no page to log in at');
    const target = url ? { url } : { page: Buffer.from(form ?? '', 'base64').toString('utf8') };
    await prompt.browse(callback.linkTo(target));
    return await callback.answer();
  } finally {
    callback.close();
  }
}

/** The server does not tell what was wrong; it never does, so that nobody learns who exists. */
async function explaining<T>(user: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isErrorCode(error, 'access_denied')) throw error;
    throw new CodedError('login_failed', `user "${user}" cannot log in: ${error.message}`, {
      cause: error,
      hint: 'User, password or code are wrong, or the user is locked. After five wrong tries the cluster locks a user for half an hour; it helps to wait, or "tctl users reset NAME" by an administrator.',
    });
  }
}

function publicKeys({ tls, ssh }: Keys) {
  const encode = (text: string) => Buffer.from(text).toString('base64');
  return { ssh_pub_key: encode(`${authorizedKeyLine(ssh)}\n`), tls_pub_key: encode(publicKeyPem(tls)) };
}

function nanoseconds(ms: number | undefined): number {
  return (ms ?? 0) * 1_000_000;
}

function loginOf(answer: LoginAnswer, settings: LoginSettings, keys: Keys, connector: string | undefined) {
  const { proxyAddress, proxyHost, sshProxyAddress, tlsRouting } = settings;
  return {
    ...answer,
    proxyAddress,
    proxyHost,
    sshProxyAddress,
    tlsRouting,
    tlsKey: keys.tls,
    sshKey: keys.ssh,
    ...(connector === undefined ? {} : { connector }),
  };
}
