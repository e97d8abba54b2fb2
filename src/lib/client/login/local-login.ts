import { CodedError, isErrorCode } from '../../util/coded-error.js';
import { type BrowserCallback, openBrowserCallback } from '../mfa/browser-callback.js';
import type { ProxyWeb } from '../proxy-web.js';
import { type Keys, nanoseconds, publicKeys } from './keys.js';
import type { LoginOptions, LoginPrompt } from './log-in.js';
import type { LoginSettings } from './ping.js';

/** What the cluster takes as a second factor (login §1.5, §8). */
interface Challenge {
  totp_challenge?: boolean;
  webauthn_challenge?: object | null;
  /** From 18.8 on, for users with passkeys: a page of the proxy where a browser shows one. */
  browser_challenge?: { requestId?: string } | null;
}

const LOCKED =
  'After five wrong tries the cluster locks a user for half an hour: wait, or have an administrator run "tctl users reset NAME".';
/** What may be wrong, by the half of the login that was refused. */
const HINTS = {
  begin: `The user or the password is wrong, or the user is locked. ${LOCKED}`,
  finish: `The second factor is wrong, or the user is locked. A code counts once: wait for the next one. ${LOCKED}`,
};

/** Password, then a second factor (login §1.1). @throws CodedError `login_failed`, `login_unsupported` */
export async function logInLocally(
  web: ProxyWeb,
  { proxyAddress }: LoginSettings,
  keys: Keys,
  { username: user, prompt, ttlMs }: LoginOptions,
): Promise<unknown> {
  const password = await prompt.password();
  const callback = await openBrowserCallback(proxyAddress);
  try {
    const begin = { user, pass: password, passwordless: false, browser_mfa_tsh_redirect_url: callback.url };
    const challenge = await explaining(user, HINTS.begin, () => web.call('/webapi/mfa/login/begin', begin));
    const answer = await answerChallenge(challenge as Challenge, { user, prompt, callback, proxyAddress });
    return await explaining(user, HINTS.finish, () =>
      web.call('/webapi/mfa/login/finish', {
        user,
        password,
        webauthn_challenge_response: answer.passkey ?? null,
        totp_code: answer.otp ?? '',
        ...publicKeys(keys),
        ttl: nanoseconds(ttlMs),
        RouteToCluster: '',
        KubernetesCluster: '',
      }),
    );
  } finally {
    callback.close();
  }
}

async function answerChallenge(
  { totp_challenge: takesOtp, webauthn_challenge: passkeys, browser_challenge: browser }: Challenge,
  context: { user: string; prompt: LoginPrompt; callback: BrowserCallback; proxyAddress: string },
): Promise<{ otp?: string; passkey?: unknown }> {
  const { user, prompt, callback, proxyAddress } = context;
  if (browser?.requestId && !(takesOtp && prompt.hasOtp)) {
    await prompt.browse(callback.linkTo({ url: `https://${proxyAddress}/web/mfa/browser/${browser.requestId}` }));
    const { browser_mfa_webauthn_response: passkey } = Object(await callback.answer()) as Record<string, unknown>;
    if (passkey) return { passkey };
    throw new CodedError('bad_answer', 'the browser brought an answer without a passkey');
  }
  if (takesOtp) return { otp: (await prompt.otp()).trim() };
  if (!passkeys) return {};
  throw new CodedError(
    'login_unsupported',
    `user "${user}" has passkeys or security keys only, and the cluster hands them to no browser (that takes version 18.8)`,
    { hint: 'Use tsh login; tctl takes over its login' },
  );
}

/** The server does not tell what was wrong; it never does, so that nobody learns who exists. */
async function explaining<T>(user: string, hint: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isErrorCode(error, 'access_denied')) throw error;
    throw new CodedError('login_failed', `user "${user}" cannot log in: ${error.message}`, {
      cause: error,
      hint,
    });
  }
}
