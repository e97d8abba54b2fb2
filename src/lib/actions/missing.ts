import { type Client, isErrorCode, type Kind } from '../client/index.js';
import { kindInfo, loadKind } from '../resources/index.js';
import { CodedError } from '../util/coded-error.js';
import { nearest } from '../util/nearest.js';
import { collect } from './collect.js';

/**
 * Says which resource is missing, where the server speaks of the parts that make it up (a bot's user and role), and
 * what name was most likely meant. Of tokens, whose names may be secrets, the server's own masked text is kept.
 */
export async function namingWhatIsMissing<T>(
  { kind, name, client }: { kind: Kind; name: string; client: Client },
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (kind === 'token' || !isErrorCode(error, 'not_found')) throw error;
    const near = nearest(name, await namesOf(kind, client));
    throw new CodedError('not_found', `there is no ${kind} "${name}"`, {
      cause: error,
      hint: near ? `Did you mean "${near}"?` : `"tctl get ${kind} --format=text" shows those there are`,
    });
  }
}

/** The names that there are; none where they cannot be listed, because all they are for is a hint. */
async function namesOf(kind: Kind, client: Client): Promise<string[]> {
  if (!kindInfo(kind).verbs.list) return [];
  try {
    const [definition, messages] = await Promise.all([loadKind(kind), collect(client.resources.list(kind))]);
    return messages.map((message) => definition.nameOf(message));
  } catch (error) {
    if (error instanceof CodedError) return [];
    throw error;
  }
}
