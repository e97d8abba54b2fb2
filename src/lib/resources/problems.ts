import { CodedError } from '../util/coded-error.js';
import { nearest } from '../util/nearest.js';

/** Where a value stands inside a document: keys of objects and indexes of lists, from the root. */
export type FieldPath = ReadonlyArray<string | number>;

/** What is wrong with one field of a resource, without knowing where the resource came from. */
export interface FieldProblem {
  readonly path: FieldPath;
  /** One sentence without the path: what was expected, what was found. Never holds the value of a secret field. */
  readonly message: string;
  /** Every value that the field takes, when there are few. */
  readonly accepted?: readonly string[];
  /** The accepted value or field name that was most likely meant. */
  readonly suggestion?: string;
  /** The problem is the name of the field, not its value. */
  readonly at?: 'key';
}

/** A problem with its place in a text. Lines, columns and documents count from 1. */
export interface LocatedProblem extends FieldProblem {
  readonly file: string;
  readonly document: number;
  readonly line: number;
  readonly column: number;
  readonly kind?: string;
  readonly name?: string;
}

export type DocumentErrorCode = 'document_syntax' | 'document_empty' | 'document_invalid';

/** A text that does not hold valid resources, with every problem found in it, in the order of the text. */
export class DocumentError extends CodedError {
  readonly problems: readonly LocatedProblem[];

  constructor(code: DocumentErrorCode, problems: readonly LocatedProblem[], options: { hint?: string } = {}) {
    const [first] = problems;
    const more = problems.length > 1 ? ` (and ${problems.length - 1} more)` : '';
    super(code, first ? `${formatProblem(first)}${more}` : 'the text holds no valid resource', options);
    this.problems = problems;
  }

  /** One line for each problem after the first, which is in the message. */
  get details(): readonly string[] {
    return this.problems.slice(1).map(formatProblem);
  }
}

/** Resource values that are not valid, for programs that build messages themselves. */
export class FieldError extends CodedError {
  readonly problems: readonly FieldProblem[];

  constructor(problems: readonly FieldProblem[]) {
    super('bad_parameter', problems.map(formatFieldProblem).join('; '));
    this.problems = problems;
  }
}

/** Writes a path as `spec.github.allow[0].ref`; keys with other signs are quoted: `metadata.labels["a.b/c"]`. */
export function formatFieldPath(path: FieldPath): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    if (!/^[A-Za-z_][\w-]*$/.test(step)) return `${text}[${JSON.stringify(step)}]`;
    return text === '' ? step : `${text}.${step}`;
  }, '');
}

/** The problem of a value that is none of a few. */
export function notOneOf(path: FieldPath, value: string, accepted: readonly string[]): FieldProblem {
  const suggestion = nearest(value, accepted);
  const message = `expected one of ${accepted.join(', ')}${suggestion ? `; did you mean ${suggestion}?` : ''}`;
  return { path, message, accepted, ...(suggestion && { suggestion }) };
}

/** One line: path and sentence, without place. */
export function formatFieldProblem(problem: FieldProblem): string {
  const path = formatFieldPath(problem.path);
  return path === '' ? problem.message : `${path}: ${problem.message}`;
}

function formatProblem(problem: LocatedProblem): string {
  return `${problem.file}:${problem.line}:${problem.column}: ${formatFieldProblem(problem)}`;
}
