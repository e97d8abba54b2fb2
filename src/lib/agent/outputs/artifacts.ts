import type { Service } from '../service-config.js';

/** Files that outputs write, by their type (tbot §4). Those named after a cluster are told by their endings. */
const IDENTITY = ['identity', 'key-cert.pub', 'tlscert', 'key', 'key.pub'];
const AUTHORITIES = ['teleport-host-ca.crt', 'teleport-user-ca.crt', 'teleport-database-ca.crt'];
const TLS = ['tls.crt', 'tls.key', 'tls.cas'];
const PROBE = '.write-test';

const ARTIFACTS: Record<Service['type'], readonly string[]> = {
  identity: [...IDENTITY, ...AUTHORITIES, 'known_hosts', 'ssh_config'],
  application: [...IDENTITY, ...AUTHORITIES, ...TLS],
  database: [...IDENTITY, ...AUTHORITIES, ...TLS, 'mongo.crt', 'mongo.cas', 'cockroach'],
  kubernetes: [...IDENTITY, ...AUTHORITIES, 'kubeconfig.yaml'],
  'kubernetes/v2': [...IDENTITY, ...AUTHORITIES, 'kubeconfig.yaml'],
  ssh_host: ['ssh_host', 'ssh_host-cert.pub', 'ssh_host-user-ca.pub'],
};

/** The files that an output of a type always writes. */
export function artifactsOf(type: Service['type']): readonly string[] {
  const optional = ['cockroach', 'mongo.crt', 'mongo.cas', ...TLS];
  return [...ARTIFACTS[type].filter((name) => !optional.includes(name)), PROBE];
}

/** Whether a file in the folder of an output is, or may be, its own. */
export function isArtifact(type: Service['type'], name: string): boolean {
  return name === PROBE || ARTIFACTS[type].includes(name) || /\.(ssh_config|known_hosts)$/.test(name);
}
