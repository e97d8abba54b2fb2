import type { DestinationConfig } from './destination-config.js';

/** How long certificates are asked for, and how often they are renewed. */
export interface Lifetime {
  ttlMs: number;
  intervalMs: number;
}

export interface OutputBase {
  name?: string;
  destination: DestinationConfig;
  /** Empty: all that the bot may take on. */
  roles: string[];
  /** The global one if absent. */
  lifetime?: Lifetime;
  /** Command that is run after each renewal. */
  onRenew: string[];
}

export interface IdentityOutput extends OutputBase {
  type: 'identity';
  cluster?: string;
  sshConfig: 'on' | 'off';
  allowReissue: boolean;
}

/** A certificate for the SSH server of a host. */
export interface SshHostOutput extends OutputBase {
  type: 'ssh_host';
  /** Names of the host. */
  principals: string[];
}

export interface ApplicationOutput extends OutputBase {
  type: 'application';
  appName: string;
  /** Also write `tls.crt`, `tls.key` and `tls.cas`, for programs that go by these endings. */
  specificTlsNaming: boolean;
}

export const DATABASE_FORMATS = ['', 'tls', 'mongo', 'cockroach'] as const;

export interface DatabaseOutput extends OutputBase {
  type: 'database';
  service: string;
  database?: string;
  username?: string;
  format: (typeof DATABASE_FORMATS)[number];
}

/** A kubeconfig for one cluster, whose certificate is good for that cluster only. */
export interface KubernetesOutput extends OutputBase {
  type: 'kubernetes';
  kubernetesCluster: string;
  /** Put the certificate into the kubeconfig, instead of a call of this program. */
  disableExecPlugin: boolean;
}

/** Either a name, or labels that a cluster must have. */
export interface KubernetesSelector {
  name?: string;
  labels?: Record<string, string>;
  /** Namespace of the contexts. */
  defaultNamespace?: string;
}

/** A kubeconfig for all clusters that the selectors find. */
export interface KubernetesV2Output extends OutputBase {
  type: 'kubernetes/v2';
  selectors: KubernetesSelector[];
  disableExecPlugin: boolean;
  /** With `{{.ClusterName}}` and `{{.KubeName}}`. */
  contextNameTemplate?: string;
}

export type Service =
  | IdentityOutput
  | SshHostOutput
  | ApplicationOutput
  | DatabaseOutput
  | KubernetesOutput
  | KubernetesV2Output;
