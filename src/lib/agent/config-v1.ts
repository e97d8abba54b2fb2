import type { FieldPath, FieldProblem } from '../resources/index.js';
import { type ReadMap, type ReadResult, readFields } from './config-reader.js';
import { CONFIG_V1, DIRECTORY, type Fields, TEMPLATES } from './config-schema.js';

type Template = (typeof TEMPLATES)[number];

/** The parts of a version 1 destination that decide what output it becomes, and the templates that may stand with each. */
const KINDS: Readonly<Record<string, { key?: string; templates: readonly Template[] }>> = {
  application: { key: 'app', templates: ['identity', 'tls', 'tls_cas'] },
  database: { key: 'database', templates: ['identity', 'tls', 'tls_cas', 'mongo', 'cockroach'] },
  kubernetes: { key: 'kubernetes_cluster', templates: ['identity', 'tls_cas', 'kubernetes'] },
  ssh_host: { templates: ['ssh_host_cert'] },
  identity: { templates: ['identity', 'tls_cas', 'ssh_client'] },
};
const FORMATS: readonly Template[] = ['tls', 'mongo', 'cockroach'];

/** Reads a version 1 configuration as the version 2 that means the same (tbot §2.5). Paths of problems are those of the file. */
export function readV1(value: unknown): ReadResult {
  const { value: read, problems: shape, unknownKeys } = readFields(value, CONFIG_V1);
  if (shape.length > 0) return { value: {}, problems: shape, unknownKeys };
  const problems: FieldProblem[] = [];
  const { destinations = [], storage, certificate_ttl, version: _version, ...same } = read;
  const outputs = (destinations as ReadMap[]).map((destination, index) =>
    toOutput(destination, ['destinations', index], problems),
  );
  const migrated: ReadMap = {
    ...same,
    ...(certificate_ttl === undefined ? {} : { credential_ttl: certificate_ttl }),
    ...(storage === undefined ? {} : { storage: toPlace(storage as ReadMap, ['storage'], problems) }),
    outputs,
  };
  return { value: migrated, problems, unknownKeys };
}

function toPlace({ directory, memory }: ReadMap, path: FieldPath, problems: FieldProblem[]): ReadMap {
  const isMemory = memory !== undefined && memory !== false;
  if ((directory !== undefined) === isMemory) {
    problems.push({ path, message: 'give either directory or memory' });
    return { type: 'memory' };
  }
  if (isMemory) return { type: 'memory' };
  if (typeof directory === 'string') return { type: 'directory', path: directory };
  const { value, problems: wrong } = readFields(directory, DIRECTORY);
  problems.push(...wrong.map((problem) => ({ ...problem, path: [...path, 'directory', ...problem.path] })));
  return { type: 'directory', ...value };
}

function toOutput(destination: ReadMap, path: FieldPath, problems: FieldProblem[]): ReadMap {
  const place = toPlace(destination, path, problems);
  const templates = readTemplates(destination.configs, [...path, 'configs'], problems);
  const found = Object.entries(KINDS).filter(([type, { key }]) =>
    type === 'ssh_host' ? templates.has('ssh_host_cert') : key !== undefined && destination[key] !== undefined,
  );
  if (found.length > 1)
    problems.push({ path, message: `may become any of ${found.map(([type]) => type).join(', ')}: keep one` });
  const type = found[0]?.[0] ?? 'identity';
  checkTemplates(type, templates, [...path, 'configs'], problems);
  return { type, destination: place, roles: destination.roles ?? [], ...ownKeys(type, destination, templates) };
}

function ownKeys(type: string, destination: ReadMap, templates: ReadonlyMap<Template, ReadMap>): ReadMap {
  if (type === 'application') return { app_name: destination.app, specific_tls_naming: templates.has('tls') };
  if (type === 'kubernetes') return { kubernetes_cluster: destination.kubernetes_cluster };
  if (type === 'ssh_host') return { principals: templates.get('ssh_host_cert')?.principals ?? [] };
  if (type === 'identity') return { cluster: destination.cluster };
  const format = FORMATS.find((name) => templates.has(name)) ?? '';
  return { ...(destination.database as ReadMap), format };
}

/** Templates by name with their options: each is a name, or a map of one name. */
function readTemplates(configs: unknown, path: FieldPath, problems: FieldProblem[]): Map<Template, ReadMap> {
  const found = new Map<Template, ReadMap>();
  for (const [index, item] of ((configs ?? []) as unknown[]).entries()) {
    const at = [...path, index];
    const entries = typeof item === 'string' ? [[item, {}]] : Object.entries((item ?? {}) as object);
    const [name, options] = (entries[0] ?? []) as [string?, unknown?];
    const template = TEMPLATES.find((one) => one === name);
    if (entries.length !== 1 || template === undefined)
      problems.push({ path: at, message: 'the name of one template is expected', accepted: TEMPLATES });
    else if (found.has(template)) problems.push({ path: at, message: `${template} stands there twice` });
    else found.set(template, optionsOf(template, options, at, problems));
  }
  return found;
}

function optionsOf(template: Template, options: unknown, path: FieldPath, problems: FieldProblem[]): ReadMap {
  const fields: Fields = template === 'ssh_host_cert' ? { principals: { type: 'strings', required: true } } : {};
  const { value, problems: wrong, unknownKeys } = readFields(options ?? {}, fields);
  for (const problem of [...wrong, ...unknownKeys])
    problems.push({ ...problem, path: [...path, template, ...problem.path] });
  return value;
}

function checkTemplates(
  type: string,
  templates: ReadonlyMap<Template, ReadMap>,
  path: FieldPath,
  problems: FieldProblem[],
): void {
  const accepted = KINDS[type]?.templates ?? [];
  const foreign = [...templates.keys()].find((name) => !accepted.includes(name));
  if (foreign !== undefined) problems.push({ path, message: `${foreign} does not go with ${type}`, accepted });
  const formats = FORMATS.filter((name) => templates.has(name));
  if (type === 'database' && formats.length > 1)
    problems.push({ path, message: `${formats.join(' and ')} exclude each other` });
}
