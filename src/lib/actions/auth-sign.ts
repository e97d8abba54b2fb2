import {
  type Client,
  identityFileText,
  isErrorCode,
  readHostAuthorities,
  type SignedUser,
  signHost,
  signUser,
} from '../client/index.js';
import type { Clock } from '../util/clock.js';
import { CodedError } from '../util/coded-error.js';
import { formatGoDuration } from '../util/duration.js';
import { type KubeTarget, kubeTarget } from './kube-target.js';
import { namingWhatIsMissing } from './missing.js';

/** A file of credentials; it holds secrets. */
export interface CredentialFile {
  path: string;
  text: string;
}

export type SignFormat = 'file' | 'openssh' | 'tls' | 'kubernetes';

export interface UserOrder {
  username: string;
  /** Path of the file, or what the paths of several begin with. */
  out: string;
  format: SignFormat;
  ttlMs: number;
  /** Of the SSH certificate; the user's roles say it unless given. */
  compat: '' | 'standard' | 'oldssh';
  /** The rest is for kubeconfigs. */
  proxy?: string | undefined;
  leafCluster?: string | undefined;
  kubeCluster?: string | undefined;
  /** The kubeconfig that is at the path, to be added to. */
  kubeconfig?: string | undefined;
}

interface Context {
  client: Client;
  clock: Clock;
  /** Of the process: how a proxy is asked. */
  env: Readonly<Record<string, string | undefined>>;
  insecure: boolean;
}

/** A certificate may end that much earlier than it was asked to. */
const TOLERANCE_MS = 60_000;

/** The files that a format is made of (cli §17.2). */
export function credentialPaths(format: SignFormat, out: string): string[] {
  if (format === 'openssh') return [out, `${out}-cert.pub`];
  return format === 'tls' ? ['.key', '.crt', '.cas'].map((ending) => out + ending) : [out];
}

/**
 * Certificates of a user for a new key, as files of the format wanted (cli §17.2). Nothing is written.
 * @throws CodedError `ttl_too_long` where the cluster gives less time than was asked for; `access_denied`, `not_found`
 */
export async function signForUser(order: UserOrder, context: Context): Promise<CredentialFile[]> {
  const { client, clock } = context;
  const { username, format } = order;
  const kube = format === 'kubernetes' ? await kubeTarget(order, context) : undefined;
  const request = {
    username,
    expires: new Date(clock().getTime() + order.ttlMs),
    format: order.compat,
    routeToCluster: kube?.clusterName ?? client.clusterName,
    kubernetesCluster: (kube && order.kubeCluster) ?? '',
  };
  const signed = await explainingRefusal(username, client, () =>
    signUser(client, request, format === 'openssh' ? 'ssh' : 'tls'),
  );
  requireLifetime(signed, request.expires, clock());
  const texts = await TEXTS[format]({ signed, client, order, kube });
  return credentialPaths(format, order.out).map((path, index) => ({ path, text: texts[index] ?? '' }));
}

/** A certificate of an SSH server for a new key, as OpenSSH wants it; it does not end. @throws RpcError `access_denied` */
export async function signForHost(
  { principals, out }: { principals: readonly string[]; out: string },
  { client }: Pick<Context, 'client'>,
): Promise<CredentialFile[]> {
  const { sshKeyPem, sshCertificate } = await signHost(client, { principals, ttlMs: 0 });
  return credentialPaths('openssh', out).map((path, index) => ({
    path,
    text: [sshKeyPem, sshCertificate][index] ?? '',
  }));
}

interface Made {
  signed: SignedUser;
  client: Client;
  order: UserOrder;
  kube: KubeTarget | undefined;
}

/** By format: the texts of its files, in the order of `credentialPaths`. */
const TEXTS: Record<SignFormat, (made: Made) => Promise<readonly string[]>> = {
  async file({ signed, client }) {
    const hosts = await readHostAuthorities(client);
    const tlsCaPems = hosts.flatMap(({ tlsCertificates }) => tlsCertificates);
    return [identityFileText(signed, hosts, tlsCaPems)];
  },
  openssh: async ({ signed: { sshKeyPem, sshCertificate } }) => [sshKeyPem, sshCertificate],
  async tls({ signed: { keyPem, tlsCertPem }, client }) {
    const hosts = await readHostAuthorities(client);
    return [keyPem, tlsCertPem, pemText(hosts.flatMap(({ tlsCertificates }) => tlsCertificates))];
  },
  async kubernetes({ signed: { keyPem, tlsCertPem }, client, order: { kubeCluster, kubeconfig }, kube }) {
    const hosts = await readHostAuthorities(client);
    const own = hosts.filter((host) => host.clusterName === client.clusterName);
    const { kubeconfigText } = await import('../resources/kubeconfig.js');
    const { clusterName: cluster, server, ...tls } = kube ?? { clusterName: client.clusterName, server: '' };
    const name = kubeCluster === undefined ? cluster : `${cluster}-${kubeCluster}`;
    const context = { name, cluster, user: name, server };
    const content = {
      contexts: [kubeCluster === undefined ? context : { ...context, kubeName: kubeCluster }],
      user: { name, credentials: { certificate: tlsCertPem, key: keyPem } },
      authorities: pemText(own.flatMap(({ tlsCertificates }) => tlsCertificates)),
      ...tls,
    };
    return [kubeconfigText(content, kubeconfig)];
  },
};

function pemText(certificates: readonly string[]): string {
  return certificates.map((pem) => `${pem}\n`).join('');
}

function requireLifetime({ validTo }: SignedUser, expires: Date, now: Date): void {
  if (expires.getTime() - validTo.getTime() <= TOLERANCE_MS) return;
  const longest = formatGoDuration(BigInt(Math.floor((validTo.getTime() - now.getTime()) / 1000)) * 1_000_000_000n);
  throw new CodedError(
    'ttl_too_long',
    `the cluster gives certificates for ${longest} at most here; nothing was written`,
    {
      hint: `Ask for at most --ttl=${longest}. Roles (max_session_ttl) limit it, and the life of your own certificate`,
    },
  );
}

/** Clusters do not tell whether a user is missing, or may not be signed for. */
async function explainingRefusal<T>(username: string, client: Client, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!isErrorCode(error, 'access_denied') || username === client.credentials.username) throw error;
    await namingWhatIsMissing({ kind: 'user', name: username, client }, () => client.users.get(username)).catch(
      (reason) => {
        if (isErrorCode(reason, 'not_found')) throw reason;
      },
    );
    throw new CodedError('access_denied', error.message, {
      cause: error,
      hint: 'To sign for another user, run this on the host of the auth service, or have a role that may impersonate the user and its roles. For a machine, use a bot: "tctl bots add"',
    });
  }
}
