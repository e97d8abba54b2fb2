import type { Message } from '@bufbuild/protobuf';
import { parseDocuments, type ResourceDocument } from './document.js';
import { isObject } from './field-values.js';
import type { KindDefinition } from './kind-definition.js';
import { isElsewhere, type KindInfo, kinds } from './kind-info.js';
import { DocumentError, type FieldProblem, type LocatedProblem, notAccepted, notOneOf } from './problems.js';
import { loadKind } from './registry.js';

/** A resource read from a text, valid as far as that can be told without a cluster; defaults are filled in. */
export interface Resource {
  readonly definition: KindDefinition;
  readonly message: Message;
  readonly name: string;
  readonly document: ResourceDocument;
}

/**
 * Reads every resource of a text, whatever its kind, and reports everything that is wrong in all of them at once, so that
 * nothing is written from a text that is only partly valid.
 * @param file what the text is called in messages.
 * @throws DocumentError
 */
export async function readResources(text: string, file: string): Promise<Resource[]> {
  const read = await Promise.all((await parseDocuments(text, file)).map(readDocument));
  const problems = read.flatMap((result) => result.problems);
  if (problems.length > 0) throw new DocumentError('document_invalid', problems);
  return read.flatMap((result) => (result.resource ? [result.resource] : []));
}

interface ReadDocument {
  readonly resource?: Resource;
  readonly problems: readonly LocatedProblem[];
}

async function readDocument(document: ResourceDocument): Promise<ReadDocument> {
  const located = (problems: readonly FieldProblem[]) => problems.map((problem) => locate(document, problem));
  const info = findKind(document.value);
  if ('problem' in info) return { problems: located([info.problem]) };
  const versionProblem = checkVersion(info, document.value);
  if (versionProblem) return { problems: located([versionProblem]) };
  const definition = await loadKind(info.kind);
  const { message, problems } = definition.fromDocument(document.value);
  if (problems.length > 0) return { problems: located(problems) };
  const completed = definition.withDefaults(message);
  const resource = { definition, message: completed, name: definition.nameOf(completed), document };
  return { resource, problems: located(definition.validate(completed)) };
}

/** Kinds that documents may have. */
const WRITABLE = kinds.filter(({ verbs }) => verbs.create).map(({ kind }) => kind);

/** Documents must write the kind exactly; aliases are for references (cli §5). */
function findKind(value: unknown): KindInfo | { readonly problem: FieldProblem } {
  if (!isObject(value))
    return { problem: { path: [], message: 'expected a resource with kind, version, metadata and spec' } };
  const path = ['kind'];
  const { kind } = value;
  if (kind === undefined || kind === null) {
    return { problem: { path, message: 'this is required', accepted: WRITABLE } };
  }
  if (typeof kind !== 'string') return { problem: { path, message: 'expected a text' } };
  const info = kinds.find((candidate) => candidate.kind === kind);
  if (info?.verbs.create) return info;
  if (info) {
    const message = `resources of kind ${kind} can be shown, not written by this tool`;
    return { problem: { path, message, accepted: WRITABLE } };
  }
  if (isElsewhere(kind)) {
    const message = `resources of kind ${kind} are not supported by this tool; use Teleport's own tctl for them`;
    return { problem: { path, message, accepted: WRITABLE } };
  }
  return { problem: notOneOf(path, kind, WRITABLE) };
}

function checkVersion({ kind, versions }: KindInfo, value: unknown): FieldProblem | undefined {
  const version = isObject(value) ? (value.version ?? '') : '';
  if (typeof version !== 'string') return { path: ['version'], message: 'expected a text' };
  if (versions.includes(version)) return undefined;
  const accepted = versions.filter((known) => known !== '');
  if (version === '') return { path: ['version'], message: `a ${kind} needs a version`, accepted };
  return notAccepted(['version'], version, accepted);
}

function locate(document: ResourceDocument, problem: FieldProblem): LocatedProblem {
  const { file, index, value } = document;
  const kind = isObject(value) && typeof value.kind === 'string' ? value.kind : undefined;
  const metadata = isObject(value) && isObject(value.metadata) ? value.metadata : {};
  // The name of a join token may be its secret.
  const name = kind !== 'token' && typeof metadata.name === 'string' ? metadata.name : undefined;
  const place = document.positionOf(problem.path, problem.at ?? 'value');
  return { ...problem, file, document: index + 1, ...place, ...(kind && { kind }), ...(name && { name }) };
}
