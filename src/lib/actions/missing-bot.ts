import { type Client, isErrorCode } from '../client/index.js';
import { namingWhatIsMissing } from './missing.js';

/** For a name that no bot has: a sentence that says so, with the nearest name. Undefined if there is one, or nobody may know. */
export async function explainMissingBot(name: string, { client }: { client: Client }): Promise<string | undefined> {
  try {
    await namingWhatIsMissing({ kind: 'bot', name, client }, () => client.bots.get(name));
    return undefined;
  } catch (error) {
    if (isErrorCode(error, 'not_found')) return `${error.message}. ${error.hint}`;
    if (isErrorCode(error, 'access_denied')) return undefined;
    throw error;
  }
}
