import { SYSTEM_ROLES, systemRole } from '../resources/index.js';
import { CodedError } from '../util/coded-error.js';
import { nearest } from '../util/nearest.js';

/** Reads a comma list of the services that may join, in any case. @throws bad_parameter for an unknown one, or one named twice. */
export function parseSystemRoles(list: string): string[] {
  const roles = parseServices(list);
  const repeated = roles.find((role, index) => roles.indexOf(role) !== index);
  if (repeated) throw new CodedError('bad_parameter', `the type ${repeated} is named twice`);
  // An agent for Kubernetes alone serves what the Helm chart makes it serve.
  return roles.length === 1 && roles[0] === 'Kube' ? ['Kube', 'App', 'Discovery'] : roles;
}

/** Reads a comma list of services, in any case. @throws bad_parameter for an unknown one */
export function parseServices(list: string): string[] {
  return list.split(',').map(parseSystemRole);
}

function parseSystemRole(text: string): string {
  const role = systemRole(text);
  if (role) return role;
  const near = nearest(text.trim(), SYSTEM_ROLES);
  throw new CodedError('bad_parameter', `invalid role "${text.trim()}"`, {
    hint: near
      ? `Did you mean "${near.toLowerCase()}"?`
      : 'Types are for example node, app, db, kube, proxy, discovery',
  });
}
