import { isErrorCode } from '../client/index.js';
import { CodedError } from '../util/coded-error.js';

/**
 * Says which resource is missing, where the server speaks of the parts that make it up (a bot's user and role).
 * Of tokens, whose names may be secrets, the server's own masked text is kept.
 */
export async function namingWhatIsMissing<T>(kind: string, name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (kind === 'token' || !isErrorCode(error, 'not_found')) throw error;
    throw new CodedError('not_found', `there is no ${kind} "${name}"`, {
      cause: error,
      hint: `"tctl get ${kind} --format=text" shows those there are`,
    });
  }
}
