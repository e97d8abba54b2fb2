import type { Example } from './command.js';
import { type Flags, type FlagValues, UsageError } from './command-line.js';
import { type DestinationConfig, parseDestination } from './destination-config.js';
import {
  DATABASE_FORMATS,
  type DatabaseOutput,
  type IdentityOutput,
  type KubernetesSelector,
  type OutputBase,
  type Service,
} from './service-config.js';

/** An output that `tbot start` and `tbot configure` make of flags (tbot §1.4). */
export interface OutputCommand {
  /** Follows `start` or `configure`. */
  name: string;
  aliases: readonly string[];
  /** Ends a sentence that says what the command does. */
  what: string;
  /** Of `tbot start`. */
  examples?: readonly Example[];
  flags: Flags;
  /** @throws UsageError */
  toService(flags: FlagValues): Service;
}

const DESTINATION_FLAGS: Flags = {
  destination: { type: 'string', value: 'PLACE', isRequired: true, help: 'Where the output is written' },
  'reader-user': { type: 'string', multiple: true, help: 'User who may read the output' },
  'reader-group': { type: 'string', multiple: true, help: 'Group that may read the output' },
};
const PLUGIN_FLAG: Flags = {
  'disable-exec-plugin': { type: 'boolean', help: 'Put the certificate into the kubeconfig, not a call of tbot' },
};

export const OUTPUT_COMMANDS: readonly OutputCommand[] = [
  {
    name: 'identity',
    aliases: ['ssh', 'id'],
    what: 'an identity, for ssh, tsh and tctl',
    examples: [
      {
        does: 'Join with a one-time token and write an identity once',
        line: 'tbot start identity --proxy-server=teleport.example.com:443 \\\n  --join-method=token --token=TOKEN \\\n  --storage=./data --destination=./out --oneshot',
      },
      { does: 'Use it', line: 'tctl --auth-server=teleport.example.com:443 -i ./out/identity status' },
    ],
    flags: {
      ...DESTINATION_FLAGS,
      cluster: { type: 'string', help: 'Leaf cluster of the identity' },
      'allow-reissue': { type: 'boolean', help: 'Let the identity ask for further certificates' },
    },
    toService: (flags) => ({
      ...identityOutput(destinationOf(flags)),
      allowReissue: flags.bool('allow-reissue') === true,
      ...given({ cluster: flags.text('cluster') }),
    }),
  },
  {
    name: 'ssh_host',
    aliases: ['ssh-host'],
    what: 'a host certificate, for an SSH server',
    flags: {
      ...DESTINATION_FLAGS,
      principal: { type: 'string', multiple: true, isRequired: true, help: 'Name of the host' },
    },
    toService: (flags) => ({ type: 'ssh_host', ...baseOf(flags), principals: flags.texts('principal') }),
  },
  {
    name: 'application',
    aliases: ['app'],
    what: 'a certificate for a web application or TCP service',
    flags: {
      ...DESTINATION_FLAGS,
      app: { type: 'string', isRequired: true, help: 'Name of the application' },
      'specific-tls-extensions': { type: 'boolean', help: 'Also write tls.crt, tls.key and tls.cas' },
    },
    toService: (flags) => ({
      type: 'application',
      ...baseOf(flags),
      appName: flags.required('app'),
      specificTlsNaming: flags.bool('specific-tls-extensions') === true,
    }),
  },
  {
    name: 'database',
    aliases: ['db'],
    what: 'a certificate for a database',
    flags: {
      ...DESTINATION_FLAGS,
      service: { type: 'string', isRequired: true, help: 'Name of the database in Teleport' },
      username: { type: 'string', isRequired: true, help: 'User in the database' },
      database: { type: 'string', isRequired: true, help: 'Database in the server' },
      format: { type: 'string', oneOf: DATABASE_FORMATS, help: 'Files that the client of the database wants' },
    },
    toService: (flags) => ({
      type: 'database',
      ...baseOf(flags),
      service: flags.required('service'),
      ...given({ username: flags.text('username'), database: flags.text('database') }),
      format: (flags.text('format') ?? '') as DatabaseOutput['format'],
    }),
  },
  {
    name: 'kubernetes',
    aliases: ['k8s'],
    what: 'a kubeconfig for one Kubernetes cluster',
    flags: {
      ...DESTINATION_FLAGS,
      'kubernetes-cluster': { type: 'string', isRequired: true, help: 'Name of the Kubernetes cluster' },
      ...PLUGIN_FLAG,
    },
    toService: (flags) => ({
      type: 'kubernetes',
      ...baseOf(flags),
      kubernetesCluster: flags.required('kubernetes-cluster'),
      disableExecPlugin: flags.bool('disable-exec-plugin') === true,
    }),
  },
  {
    name: 'kubernetes/v2',
    aliases: ['k8s/v2'],
    what: 'a kubeconfig for all Kubernetes clusters that selectors find',
    flags: {
      ...DESTINATION_FLAGS,
      'name-selector': { type: 'string', value: 'NAME', multiple: true, help: 'Name of a Kubernetes cluster' },
      'label-selector': { type: 'string', value: 'K=V,…', multiple: true, help: 'Labels that clusters must have' },
      ...PLUGIN_FLAG,
    },
    toService: (flags) => ({
      type: 'kubernetes/v2',
      ...baseOf(flags),
      selectors: selectorsOf(flags),
      disableExecPlugin: flags.bool('disable-exec-plugin') === true,
    }),
  },
];

export function identityOutput(destination: DestinationConfig): IdentityOutput {
  return { type: 'identity', destination, roles: [], onRenew: [], sshConfig: 'on', allowReissue: false };
}

function baseOf(flags: FlagValues): OutputBase {
  return { destination: destinationOf(flags), roles: [], onRenew: [] };
}

function destinationOf(flags: FlagValues): DestinationConfig {
  const destination = parseDestination(flags.required('destination'));
  const readers = [
    ...flags.texts('reader-user').map((user) => ({ user })),
    ...flags.texts('reader-group').map((group) => ({ group })),
  ];
  if (readers.length === 0) return destination;
  if (destination.type !== 'directory') throw new UsageError('--reader-user and --reader-group need a folder');
  return { ...destination, readers };
}

function selectorsOf(flags: FlagValues): KubernetesSelector[] {
  const selectors = [
    ...flags.texts('name-selector').map((name) => ({ name })),
    ...flags.texts('label-selector').map((text) => ({ labels: labelsOf(text) })),
  ];
  if (selectors.length === 0) throw new UsageError('a flag is missing: --name-selector or --label-selector');
  return selectors;
}

function labelsOf(text: string): Record<string, string> {
  return Object.fromEntries(
    text.split(',').map((pair) => {
      const [, key, value] = /^\s*([^=\s]+)\s*=\s*(.*?)\s*$/s.exec(pair) ?? [];
      if (key === undefined || value === undefined)
        throw new UsageError(`--label-selector: ${JSON.stringify(pair)} is no label`, 'Write key=value,key=value.');
      return [key, value];
    }),
  );
}

function given<K extends string>(map: Record<K, string | undefined>): Partial<Record<K, string>> {
  return Object.fromEntries(Object.entries(map).filter(([, value]) => value)) as Partial<Record<K, string>>;
}
