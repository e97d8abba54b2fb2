import type { CreateResult } from '../actions/index.js';
import { CodedError } from '../util/coded-error.js';
import { goQuote } from '../util/go-quote.js';

/** What the real tool calls the kinds when it reports on them (cli §7.3); the others go by their kind. */
const NOUNS: Record<string, string> = {
  token: 'provision_token',
  cert_authority: 'certificate authority',
  cluster_auth_preference: 'cluster auth preference',
  cluster_networking_config: 'cluster networking configuration',
  session_recording_config: 'session recording configuration',
  trusted_cluster: 'trusted cluster',
  access_list: 'Access list',
  workload_identity: 'Workload identity',
  cluster_maintenance_config: 'maintenance window',
};

/** The one kind of which there is one and which is named all the same. */
const NAMED_SINGLETON = 'ui_config';

/** So many documents that failed for the same reason are still shown one by one. */
const SHOWN_ALIKE = 5;

type Resource = CreateResult['resource'];

function subject({ definition, name }: Resource): string {
  const noun = NOUNS[definition.kind] ?? definition.kind;
  const isNamed = !definition.singleton || definition.kind === NAMED_SINGLETON;
  return isNamed ? `${noun} ${goQuote(name)}` : noun;
}

/** Lines for standard output: one for each document that was written. */
export function createLines(results: readonly CreateResult[]): string {
  return results
    .map((result) => (result.state === 'done' ? `${subject(result.resource)} has been ${result.verb}\n` : ''))
    .join('');
}

/** The line for standard output after an edit. */
export function updatedLine(resource: Resource): string {
  return `${subject(resource)} has been updated\n`;
}

/** Lines for standard output after a dry run. */
export function validLines(resources: readonly Resource[]): string {
  return resources.map((resource) => `${subject(resource)} is valid\n`).join('');
}

/** The outcome of each document, for `--format`. */
export function createDocuments(results: readonly CreateResult[]): object[] {
  return results.map((result) => ({
    file: result.resource.document.file,
    document: result.resource.document.index + 1,
    kind: result.resource.definition.kind,
    name: result.resource.name,
    ...(result.state === 'done'
      ? { result: result.verb }
      : { result: result.state, error: { code: codeOf(result.error), message: result.error.message } }),
  }));
}

function codeOf(error: Error): string {
  return error instanceof CodedError ? error.code : 'unknown';
}

/** The one error for everything that failed, or undefined if nothing did. */
export function createError(results: readonly CreateResult[]): Error | undefined {
  const failures = results.filter((result) => result.state !== 'done');
  const [first] = failures;
  if (!first) return undefined;
  if (results.length === 1) return first.error;
  return new DocumentsFailed(
    failureLines(failures),
    results.length,
    failures.map(({ error }) => error),
  );
}

type Failure = Exclude<CreateResult, { state: 'done' }>;

/** A line for each document that failed. When many fail for the same reason, the first stands for all. */
function failureLines(failures: readonly Failure[]): string[] {
  const same = Map.groupBy(failures, ({ error }) => error.message);
  return failures.flatMap((failure) => {
    const group = same.get(failure.error.message) ?? [];
    if (group.length <= SHOWN_ALIKE) return [failureLine(failure)];
    if (group[0] !== failure) return [];
    return [failureLine(failure), `${group.length - 1} other documents failed for the same reason`];
  });
}

function failureLine({ resource, error }: Failure): string {
  const { document, definition, name } = resource;
  const subject = `${definition.kind} ${goQuote(name)}`;
  const place = `${document.file}:${document.positionOf([]).line}: `;
  return error.message.startsWith(subject) ? `${place}${error.message}` : `${place}${subject}: ${error.message}`;
}

/** Some documents could not be written; the others were. */
export class DocumentsFailed extends CodedError {
  readonly details: readonly string[];

  constructor(details: readonly string[], total: number, errors: readonly Error[]) {
    const hints = new Set(errors.flatMap((error) => (error instanceof CodedError && error.hint ? [error.hint] : [])));
    super('documents_failed', `${errors.length} of ${total} documents failed`, {
      cause: errors[0],
      hint: [...hints].join('\n') || undefined,
    });
    this.details = details;
  }
}
