import { CodedError } from '../util/coded-error.js';

/**
 * For what Teleport has and this tool has not.
 * @param command how Teleport's own tctl does it
 * @param instead the command here that comes nearest
 */
export function notOffered(what: string, command: string, instead?: string): CodedError {
  return new CodedError('not_offered', `${what} is not supported by this tool`, {
    hint: `Teleport's own tctl has it: ${command}${instead === undefined ? '' : `. The nearest here: ${instead}`}`,
  });
}
