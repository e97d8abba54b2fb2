import { type Client, findCluster } from '../../client/index.js';
import { type KubeRoute, type KubeUser, kubeconfigText, kubeRoute } from '../../resources/kubeconfig.js';
import type { AgentContext } from '../context.js';
import type { Identity } from '../identity.js';
import type { KubernetesOutput, KubernetesSelector, KubernetesV2Output } from '../service-config.js';
import { authorityFiles, fetchAuthorities, type TrustedAuthorities } from './authorities.js';
import { requestOutputIdentity } from './certificates.js';
import { identityFiles } from './identity-files.js';
import { findKubeCluster, listKubeClusters } from './look-up.js';
import { proxyAddressOf } from './proxy-address.js';
import type { Rendered } from './rendered.js';
import { actAs, type BotAccess, requestRoutedIdentity } from './routed-identity.js';

const FILE = 'kubeconfig.yaml';

/** Asks for certificates for one Kubernetes cluster and gives them with a kubeconfig (tbot §4). */
export async function renderKubernetes(
  context: AgentContext,
  access: BotAccess,
  output: KubernetesOutput,
  folder: string | undefined,
): Promise<Rendered> {
  const { identity, route } = await requestRoutedIdentity(context, access, output, async (client) => ({
    kubernetesCluster: (await findKubeCluster(client, output.kubernetesCluster)).name,
  }));
  const { server, ...tls } = await findKubeRoute(context, access.client);
  const authorities = await fetchAuthorities(access.client);
  const name = `${identity.clusterName}-${route.kubernetesCluster}`;
  const kubeconfig = kubeconfigText({
    contexts: [{ name, user: name, server }],
    user: { name, credentials: kubeUser(context, identity, output, folder) },
    authorities: ownAuthorities(authorities, identity),
    ...tls,
  });
  const artifacts = { ...authorityFiles(authorities), ...identityFiles(identity, authorities), [FILE]: kubeconfig };
  return { identity, artifacts };
}

/** Asks for certificates for all Kubernetes clusters that the selectors find, and gives them with a kubeconfig (tbot §4). */
export async function renderKubernetesV2(
  context: AgentContext,
  { client, bot }: BotAccess,
  output: KubernetesV2Output,
  folder: string | undefined,
): Promise<Rendered> {
  const { ttlMs } = output.lifetime ?? context.config.lifetime;
  const identity = await requestOutputIdentity(client, bot, context.clock(), { roles: output.roles, ttlMs });
  const found = await actAs(context, identity, (asRoles) => findSelected(asRoles, output.selectors));
  if (found.size === 0) context.log.warn('the selectors find no Kubernetes cluster: the kubeconfig is empty');
  const { server, ...tls } = await findKubeRoute(context, client);
  const authorities = await fetchAuthorities(client);
  const { clusterName } = identity;
  const kubeconfig = kubeconfigText({
    contexts: [...found].map(([kube, namespace]) => ({
      name: contextName(output.contextNameTemplate, clusterName, kube),
      user: clusterName,
      server: `${server}/v1/teleport/${pathPart(clusterName)}/${pathPart(kube)}`,
      ...(namespace === undefined ? {} : { namespace }),
    })),
    user: { name: clusterName, credentials: kubeUser(context, identity, output, folder) },
    authorities: ownAuthorities(authorities, identity),
    ...tls,
  });
  const trusted = authorityFiles(authorities, ['host']);
  return { identity, artifacts: { ...trusted, ...identityFiles(identity, authorities), [FILE]: kubeconfig } };
}

/** Clusters by name with the namespace of their contexts, in the order of the selectors; the first selector that finds one counts. */
async function findSelected(
  client: Client,
  selectors: readonly KubernetesSelector[],
): Promise<Map<string, string | undefined>> {
  const found = new Map<string, string | undefined>();
  for (const { name, labels = {}, defaultNamespace } of selectors) {
    const clusters =
      name === undefined ? await listKubeClusters(client, { labels }) : [await findKubeCluster(client, name)];
    for (const cluster of clusters) if (!found.has(cluster.name)) found.set(cluster.name, defaultNamespace);
  }
  return found;
}

async function findKubeRoute({ config, env }: AgentContext, client: Client): Promise<KubeRoute> {
  const asked = await proxyAddressOf(config, client);
  const found = await findCluster(asked, { insecure: config.insecure, env });
  const isForced = env.TBOT_USE_PROXY_ADDR === 'yes' && config.proxyServer !== undefined;
  return kubeRoute(found, isForced ? asked : found.publicAddress || asked);
}

/** The plug-in needs a folder to read from; other destinations have the certificate in the kubeconfig. */
function kubeUser(
  { program, log }: AgentContext,
  { tlsCertificate, keyPem }: Identity,
  { disableExecPlugin }: { disableExecPlugin: boolean },
  folder: string | undefined,
): KubeUser {
  if (!disableExecPlugin && folder !== undefined) return { program, folder };
  if (!disableExecPlugin)
    log.info(
      'the kubeconfig holds the certificate itself, as its place is no folder; disable_exec_plugin says so, too',
    );
  return { certificate: tlsCertificate, key: keyPem };
}

function ownAuthorities({ hosts }: TrustedAuthorities, identity: Identity): string {
  const own = hosts.filter(({ clusterName }) => clusterName === identity.clusterName);
  return own.flatMap(({ tlsCertificates }) => tlsCertificates.map((pem) => `${pem}\n`)).join('');
}

function contextName(template: string | undefined, clusterName: string, kubeName: string): string {
  if (template === undefined) return `${clusterName}-${kubeName}`;
  const values: Record<string, string> = { ClusterName: clusterName, KubeName: kubeName };
  return template.replaceAll(/\{\{-?\s*\.(\w+)\s*-?\}\}/g, (whole, name: string) => values[name] ?? whole);
}

function pathPart(text: string): string {
  return Buffer.from(text).toString('base64url');
}
