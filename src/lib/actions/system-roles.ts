import { CodedError } from '../util/coded-error.js';
import { nearest } from '../util/nearest.js';

/** The services that can join a cluster: spelling on the command line → name in a token (cli §11.1). */
const SYSTEM_ROLES: Record<string, string> = {
  auth: 'Auth',
  node: 'Node',
  proxy: 'Proxy',
  admin: 'Admin',
  provisiontoken: 'ProvisionToken',
  trusted_cluster: 'Trusted_cluster',
  trustedcluster: 'Trusted_cluster',
  signup: 'Signup',
  nop: 'Nop',
  remoteproxy: 'RemoteProxy',
  remote_proxy: 'RemoteProxy',
  kube: 'Kube',
  app: 'App',
  db: 'Db',
  windowsdesktop: 'WindowsDesktop',
  windows_desktop: 'WindowsDesktop',
  bot: 'Bot',
  instance: 'Instance',
  discovery: 'Discovery',
  okta: 'Okta',
  mdm: 'MDM',
  accessgraphplugin: 'AccessGraphPlugin',
};

/** Reads a comma list of system roles, in any case. @throws bad_parameter for an unknown one, or one named twice. */
export function parseSystemRoles(list: string): string[] {
  const roles = list.split(',').map((word) => parseSystemRole(word.trim()));
  const repeated = roles.find((role, index) => roles.indexOf(role) !== index);
  if (repeated) throw new CodedError('bad_parameter', `the type ${repeated} is named twice`);
  // An agent for Kubernetes alone serves what the Helm chart makes it serve.
  return roles.length === 1 && roles[0] === 'Kube' ? ['Kube', 'App', 'Discovery'] : roles;
}

function parseSystemRole(word: string): string {
  const role = SYSTEM_ROLES[word.toLowerCase()];
  if (role) return role;
  const near = nearest(word.toLowerCase(), Object.keys(SYSTEM_ROLES));
  throw new CodedError('bad_parameter', `invalid role "${word}"`, {
    hint: near
      ? `Did you mean "${near}"?`
      : 'Types are for example node, app, db, kube, proxy, discovery, windowsdesktop',
  });
}
