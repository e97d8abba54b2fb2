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
  /** A line for each problem, when there are several; the message holds a single one. */
  readonly details: readonly string[];

  constructor(code: DocumentErrorCode, problems: readonly LocatedProblem[], options: { hint?: string } = {}) {
    const lines = problems.map(formatProblem);
    const [first, ...more] = lines;
    super(code, more.length === 0 ? (first ?? '') : `${lines.length} problems in ${problems[0]?.file}`, options);
    this.problems = problems;
    this.details = more.length === 0 ? [] : lines;
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
  return { ...notAccepted(path, value, accepted), ...(suggestion && { suggestion }) };
}

/** The same without a guess, for values that look alike and mean different things, such as versions. */
export function notAccepted(path: FieldPath, value: string, accepted: readonly string[]): FieldProblem {
  return { path, message: `${JSON.stringify(value)} is not accepted`, accepted };
}

/** More names than this are listed only where no better advice is known. */
const LONG_LIST = 24;

/** One line without place: path, sentence, what was probably meant, what is accepted. */
export function formatFieldProblem({ path, message, suggestion, accepted = [], at }: FieldProblem): string {
  const where = formatFieldPath(path);
  const isListed = accepted.length > 0 && (suggestion === undefined || accepted.length <= LONG_LIST);
  return [
    where === '' ? message : `${where}: ${message}`,
    ...(suggestion === undefined ? [] : [`did you mean ${suggestion}?`]),
    ...(isListed ? [`${at === 'key' ? 'fields' : 'accepted'}: ${accepted.join(', ')}`] : []),
  ].join('; ');
}

function formatProblem(problem: LocatedProblem): string {
  return `${problem.file}:${problem.line}:${problem.column}: ${formatFieldProblem(problem)}`;
}
