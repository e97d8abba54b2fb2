import { type FieldProblem, notOneOf } from './problems.js';

/** The parts of a resource's metadata that every kind checks alike. */
export interface CommonMetadata {
  readonly name: string;
  readonly namespace: string;
  readonly labels: { readonly [key: string]: string };
}

/** Tells where a resource came from. */
export const ORIGIN_LABEL = 'teleport.dev/origin';

const ORIGINS = [
  'defaults',
  'config-file',
  'dynamic',
  'cloud',
  'kubernetes',
  'okta',
  'scim',
  'discovery-kubernetes',
  'entra-id',
  'aws-identity-center',
  'integration_awsrolesanywhere',
];

/** Checks name, namespace and labels as the server does on every write (wire §5.1). */
export function validateMetadata(metadata: CommonMetadata | undefined): FieldProblem[] {
  if (!metadata) return [{ path: ['metadata'], message: 'this is required' }];
  const problems = validateName(metadata.name);
  if (metadata.namespace !== '' && metadata.namespace !== 'default') {
    problems.push({ path: ['metadata', 'namespace'], message: 'there is only one namespace', accepted: ['default'] });
  }
  return [...problems, ...validateLabels(metadata.labels)];
}

function validateName(name: string): FieldProblem[] {
  const path = ['metadata', 'name'];
  if (name === '') return [{ path, message: 'this is required' }];
  if (name === '.' || name === '..' || !/^[0-9A-Za-z@_:.+-]+$/.test(name)) {
    return [{ path, message: 'a name is made of letters, digits and the signs @ _ : . - + only' }];
  }
  return [];
}

function validateLabels(labels: CommonMetadata['labels']): FieldProblem[] {
  const problems: FieldProblem[] = [];
  for (const [key, value] of Object.entries(labels)) {
    const path = ['metadata', 'labels', key];
    if (!/^[0-9A-Za-z/._:*-]+$/.test(key)) {
      problems.push({
        path,
        message: 'a label key is made of letters, digits and the signs / . _ : * - only',
        at: 'key',
      });
    }
    if (key === ORIGIN_LABEL && !ORIGINS.includes(value)) {
      problems.push(notOneOf(path, value, ORIGINS));
    }
  }
  return problems;
}
