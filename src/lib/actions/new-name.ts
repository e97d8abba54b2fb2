import { validateMetadata } from '../resources/index.js';
import { CodedError } from '../util/coded-error.js';

/**
 * Refuses a name that no resource can have before anything is sent: the server's own refusal speaks of its storage.
 * @param resource what is to have the name, for the message; the name itself may be a secret and is not repeated.
 * @throws CodedError `bad_parameter`
 */
export function requireUsableName(resource: string, name: string): void {
  const [problem] = validateMetadata({ name, namespace: '', labels: {} });
  if (problem) throw new CodedError('bad_parameter', `${resource} cannot have this name: ${problem.message}`);
}
