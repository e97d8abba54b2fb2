import { type FieldProblem, formatFieldProblem } from '../../resources/index.js';
import { ClusterError } from '../errors.js';

/** Refuses a resource with the first problem found in it; does nothing when there is none. */
export function refuseProblems(problems: readonly FieldProblem[]): void {
  const [first] = problems;
  if (first !== undefined) throw new ClusterError('BadParameter', formatFieldProblem(first));
}
