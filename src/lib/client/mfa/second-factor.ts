import type { MFAAuthenticateChallenge } from '../../gen/proto/mfa_pb.js';
import { CodedError, isErrorCode } from '../../util/coded-error.js';
import { ping } from '../calls/cluster.js';
import { ChallengeAllowReuse, ChallengeScope, createAuthenticateChallenge, MFARequired } from '../calls/mfa.js';
import type { Rpc } from '../rpc.js';
import { type BrowserCallback, openBrowserCallback } from './browser-callback.js';

/** The person who shows a second factor. */
export interface SecondFactorPrompt {
  /** A one-time password from an authenticator app. */
  otp(): Promise<string>;
  /** Has a page opened in a browser; the answer comes from there. Without it, browsers are not used. */
  browse?(link: string): void | Promise<void>;
}

/** Clusters that allow it take one answer for many calls; these calls want one of their own (wire §3). */
const ALONE = new Set([
  'UpdateBot',
  'DeleteBot',
  'DeleteCertAuthority',
  'RotateCertAuthority',
  'GenerateHostCert',
  'GenerateUserCerts',
]);

interface ExpectedBrowser {
  callback: BrowserCallback;
  proxyAddress: string;
}

/** Answers challenges for one connection (wire §1.4): as few as the cluster allows, one question at a time. */
export class SecondFactor {
  readonly #rpc: Rpc;
  readonly #prompt: SecondFactorPrompt;
  #shared: Promise<string> | undefined;
  #lastQuestion: Promise<unknown> = Promise.resolve();

  constructor(rpc: Rpc, prompt: SecondFactorPrompt) {
    this.#rpc = rpc;
    this.#prompt = prompt;
  }

  /**
   * Sends a call that was refused for want of a second factor again, with one.
   * @param send takes the value of the header that carries the answer
   * @param refusal what the call ended with; thrown when the cluster wants no second factor from this caller after all
   */
  async retry<T>(method: string, send: (answer: string) => Promise<T>, refusal: unknown): Promise<T> {
    const sendAlone = async () => send(await this.#ask(ChallengeAllowReuse.NO, refusal));
    if (ALONE.has(method)) return sendAlone();
    try {
      return await this.#sendShared(send, refusal);
    } catch (error) {
      if (error === refusal || !isErrorCode(error, 'mfa_required')) throw error;
      return sendAlone(); // the cluster wants an answer for this call alone
    }
  }

  async #sendShared<T>(send: (answer: string) => Promise<T>, refusal: unknown): Promise<T> {
    if (this.#shared !== undefined) return send(await this.#shared);
    const answer = this.#ask(ChallengeAllowReuse.YES, refusal);
    const outcome = answer.then(send);
    // Other calls wait until this one is let pass: a wrong answer sent with each would lock the user out.
    this.#shared = outcome.then(
      () => answer,
      (error) => (isErrorCode(error, 'access_denied') ? Promise.reject(error) : answer),
    );
    this.#shared.catch(() => undefined);
    return outcome;
  }

  #ask(allowReuse: ChallengeAllowReuse, refusal: unknown): Promise<string> {
    const question = this.#lastQuestion.then(() => this.#answerChallenge(allowReuse, refusal));
    this.#lastQuestion = question.catch(() => undefined);
    return question;
  }

  async #answerChallenge(allowReuse: ChallengeAllowReuse, refusal: unknown): Promise<string> {
    const browser = this.#prompt.browse === undefined ? undefined : await this.#expectBrowser();
    try {
      const challenge = await this.#challenge(allowReuse, browser, refusal);
      const answer = await this.#answer(challenge, browser);
      return Buffer.from(JSON.stringify(answer)).toString('base64');
    } finally {
      browser?.callback.close();
    }
  }

  async #expectBrowser(): Promise<ExpectedBrowser | undefined> {
    const { proxyPublicAddr } = await this.#rpc.unary(ping, {});
    if (proxyPublicAddr === '') return undefined; // no page to open
    return { callback: await openBrowserCallback(proxyPublicAddr), proxyAddress: proxyPublicAddr };
  }

  async #challenge(
    allowReuse: ChallengeAllowReuse,
    browser: ExpectedBrowser | undefined,
    refusal: unknown,
  ): Promise<MFAAuthenticateChallenge> {
    const url = browser?.callback.url;
    try {
      const challenge = await this.#rpc.unary(createAuthenticateChallenge, {
        mfaRequiredCheck: { target: { case: 'adminAction', value: {} } },
        challengeExtensions: { scope: ChallengeScope.ADMIN_ACTION, allowReuse },
        ...(url === undefined ? {} : { ssoClientRedirectUrl: url, browserMfaTshRedirectUrl: url }),
        ...(browser === undefined ? {} : { proxyAddress: browser.proxyAddress }),
      });
      if (challenge.mfaRequired !== MFARequired.MFA_REQUIRED_NO) return challenge;
    } catch (error) {
      if (!isErrorCode(error, 'bad_parameter')) throw error;
      throw new CodedError('mfa_required', `this needs a second factor: ${error.message}`, {
        cause: error,
        hint: (refusal as CodedError).hint,
      });
    }
    throw refusal;
  }

  async #answer(
    { ssoChallenge, browserChallenge, totp, webauthnChallenge }: MFAAuthenticateChallenge,
    browser: ExpectedBrowser | undefined,
  ): Promise<object> {
    if (browser !== undefined && ssoChallenge !== undefined) {
      const { requestId, redirectUrl } = ssoChallenge;
      const { mfa_token: token } = await this.#visit(browser.callback, redirectUrl);
      return { SSO: { requestId, token } };
    }
    if (browser !== undefined && browserChallenge !== undefined) {
      const { requestId } = browserChallenge;
      const page = `https://${browser.proxyAddress}/web/mfa/browser/${requestId}`;
      const { browser_mfa_webauthn_response: assertion } = await this.#visit(browser.callback, page);
      return { Browser: { requestId, webauthnResponse: webauthnAnswer(assertion) } };
    }
    if (totp !== undefined) return { TOTP: { Code: (await this.#prompt.otp()).trim() } };
    throw new CodedError(
      'mfa_required',
      webauthnChallenge === undefined
        ? 'the cluster wants a second factor, and offers none that could be shown'
        : 'the cluster wants a passkey or security key, and hands neither to a browser (that takes version 18.8)',
      { hint: 'Use the identity of a bot (tbot writes one), or run the command on the auth host' },
    );
  }

  async #visit(callback: BrowserCallback, url: string): Promise<Record<string, unknown>> {
    await this.#prompt.browse?.(callback.linkTo({ url }));
    const answer = await callback.answer();
    if (typeof answer === 'object' && answer !== null) return answer as Record<string, unknown>;
    throw new CodedError('bad_answer', 'the browser brought an answer without a second factor');
  }
}

/** An assertion as browsers give it (login §1.9), as the wire's JSON has it: standard base64. */
function webauthnAnswer(assertion: unknown): object {
  const { type, rawId, response } = assertion as { type: string; rawId: string; response: Record<string, string> };
  const bytes = (text: string | undefined) => Buffer.from(text ?? '', 'base64url').toString('base64');
  return {
    type,
    rawId: bytes(rawId),
    response: {
      clientDataJson: bytes(response.clientDataJSON),
      authenticatorData: bytes(response.authenticatorData),
      signature: bytes(response.signature),
      userHandle: bytes(response.userHandle),
    },
  };
}
