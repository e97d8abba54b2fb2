import { type Invite, isErrorCode, type OtpSecret } from '../client/index.js';
import { CodedError } from '../util/coded-error.js';

/** How the one who redeems a link answers, at a terminal or from files. */
export interface InviteAnswers {
  password(): Promise<string>;
  /** Takes the secret of the one-time passwords, and gives the code that proves it; undefined to do without. */
  otp(secret: OtpSecret): Promise<string | undefined>;
}

/** Tries at the code that shows that the secret was taken over. */
const OTP_TRIES = 3;

/** Redeems a link: password first, then a second factor where the cluster takes one-time passwords. */
export async function acceptInvite(invite: Invite, answers: InviteAnswers): Promise<{ otp: boolean }> {
  const password = await answers.password();
  const secret = invite.takesOtp ? await invite.registerOtp() : undefined;
  for (let tries = 1; ; tries++) {
    const otp = secret && (await answers.otp(secret));
    try {
      await invite.accept({ password, ...(otp === undefined ? {} : { otp }) });
      return { otp: otp !== undefined };
    } catch (error) {
      if (otp === undefined || !isErrorCode(error, 'access_denied')) throw error;
      if (tries >= OTP_TRIES) throw wrongCode(error);
    }
  }
}

function wrongCode(cause: unknown): CodedError {
  return new CodedError('wrong_otp', 'the cluster does not accept the code', {
    cause,
    hint: 'Check the clock of the device that shows the code; the link can still be used',
  });
}
