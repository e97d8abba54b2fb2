import { ClusterError } from '../errors.js';

/** A required field of a message that did not come. */
export function missing(what: string): ClusterError {
  return new ClusterError('BadParameter', `${what}: must be set`);
}

/** The text that reads answer for a resource that is not there (wire §5.6). */
export function doesNotExist(kind: string, name: string): ClusterError {
  return new ClusterError('NotFound', `"${kind}" "${name}" does not exist`);
}

/** The text of writes for a user that is not there (wire §5.6). */
export function userNotFound(name: string): ClusterError {
  return new ClusterError('NotFound', `user "${name}" not found`);
}

/** The text for a role that is not there, in reads and writes alike (wire §5.6). */
export function roleNotFound(name: string): ClusterError {
  return new ClusterError('NotFound', `role ${name} is not found`);
}

/**
 * Runs a step; a refusal from it gets the step's name as its first line, everything from inside one TAB deeper (wire §1.3).
 */
export function annotated<T>(step: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!(error instanceof ClusterError)) throw error;
    throw new ClusterError(error.kind, `${step}\n\t${error.message.replaceAll('\n', '\n\t')}`, { cause: error });
  }
}

/**
 * Runs all steps, whatever becomes of each, then throws their refusals as one: texts joined with `, `,
 * class of the first (wire §1.3).
 */
export function allOf(...steps: (() => void)[]): void {
  const refusals: ClusterError[] = [];
  for (const step of steps) {
    try {
      step();
    } catch (error) {
      if (!(error instanceof ClusterError)) throw error;
      refusals.push(error);
    }
  }
  const [first] = refusals;
  if (first === undefined) return;
  throw new ClusterError(first.kind, refusals.map((refusal) => refusal.message).join(', '), { cause: first });
}
