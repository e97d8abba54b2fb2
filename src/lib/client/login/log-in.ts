import { saveLogin } from '../../credentials/index.js';
import { CodedError } from '../../util/coded-error.js';
import { TELEPORT_VERSION } from '../../util/teleport-version.js';
import { openBrowserCallback } from '../mfa/browser-callback.js';
import { openProxyWeb, type ProxyWeb, type WebOptions } from '../proxy-web.js';
import { type LoginAnswer, readLoginAnswer } from './answer.js';
import { generateKeys, type Keys, nanoseconds, publicKeys } from './keys.js';
import { logInLocally } from './local-login.js';
import { type LoginSettings, readLoginSettings } from './ping.js';

/** The person who logs in. */
export interface LoginPrompt {
  /** Shows what everybody who logs in to the cluster is to see. */
  inform(message: string): void;
  password(): Promise<string>;
  otp(): Promise<string>;
  /** A one-time password is at hand already, and goes before a passkey in the browser. */
  hasOtp?: boolean;
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

/** A login that was written. */
export interface LoggedIn {
  username: string;
  clusterName: string;
  proxyAddress: string;
  /** Path of the profile. */
  profile: string;
  expires: Date;
}

/**
 * Logs in with password and second factor, or at an identity provider in the browser, and leaves a tsh home that tsh
 * reads too (login §7.1).
 * @throws CodedError `login_failed`, `login_unsupported`, `proxy_unreachable`, `proxy_not_found`, `bad_answer`,
 *   `browser_refused`, `timed_out`
 */
export async function logIn(options: LoginOptions): Promise<LoggedIn> {
  const { proxy, connector, home, now } = options;
  const web = await openProxyWeb(proxy, options);
  const settings = await readLoginSettings(web, connector);
  if (settings.hasMessage) options.prompt.inform(await readMessage(web));
  const keys = await generateKeys(settings.suite);
  const body =
    settings.type === 'local'
      ? await logInLocally(web, settings, keys, options)
      : await logInByBrowser(web, settings, keys, options);
  const answer = readLoginAnswer(body, keys, now());
  const profile = await saveLogin(home, loginOf(answer, settings, keys, connector));
  const { username, clusterName, expires } = answer;
  return { username, clusterName, expires, profile, proxyAddress: settings.proxyAddress };
}

async function readMessage(web: ProxyWeb): Promise<string> {
  const { Text: message } = Object(await web.call('/webapi/motd')) as { Text?: unknown };
  return typeof message === 'string' ? message : '';
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
