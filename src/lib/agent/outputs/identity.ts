import { type Client, findCluster, type HostAuthority } from '../../client/index.js';
import type { AgentContext } from '../context.js';
import type { Artifacts } from '../destinations/destination.js';
import { errorText } from '../logs.js';
import type { IdentityOutput } from '../service-config.js';
import { authorityFiles, fetchAuthorities } from './authorities.js';
import { requestOutputIdentity } from './certificates.js';
import { identityFiles } from './identity-files.js';
import type { Rendered } from './rendered.js';
import type { BotAccess } from './routed-identity.js';
import { clusterKnownHosts, clusterSshConfig, knownHosts, type SshRoute, sshConfig } from './ssh-config.js';

/** Asks for the certificates of an identity output and gives its files (tbot §4). @param folder where they go; undefined: elsewhere */
export async function renderIdentity(
  context: AgentContext,
  { client, bot }: BotAccess,
  output: IdentityOutput,
  folder: string | undefined,
): Promise<Rendered> {
  const { ttlMs } = output.lifetime ?? context.config.lifetime;
  const request = { roles: output.roles, ttlMs, isReissuable: output.allowReissue };
  const cluster = output.cluster === undefined ? {} : { cluster: output.cluster };
  const identity = await requestOutputIdentity(client, bot, context.clock(), { ...request, ...cluster });
  const authorities = await fetchAuthorities(client);
  const artifacts = {
    ...authorityFiles(authorities),
    ...identityFiles(identity, authorities),
    ...(output.sshConfig === 'on' ? await sshFiles(context, client, authorities.hosts, folder) : {}),
  };
  return { identity, artifacts };
}

async function sshFiles(
  context: AgentContext,
  client: Client,
  authorities: readonly HostAuthority[],
  folder: string | undefined,
): Promise<Artifacts> {
  const proxyAddress = (await client.ping()).proxyPublicAddr || context.config.proxyServer;
  if (!proxyAddress) {
    context.log.warn('no files for ssh: the cluster tells no public address of its proxy');
    return {};
  }
  const known_hosts = knownHosts(authorities, proxyAddress);
  if (folder === undefined) return { known_hosts };
  const route: SshRoute = {
    proxyAddress,
    isTlsRouted: await isTlsRouted(context, proxyAddress),
    folder,
    program: context.program,
  };
  const files = authorities.flatMap((authority) => [
    [`${authority.clusterName}.ssh_config`, clusterSshConfig(authority, route)],
    [`${authority.clusterName}.known_hosts`, clusterKnownHosts(authority)],
  ]);
  return { known_hosts, ...Object.fromEntries(files), ssh_config: sshConfig(authorities, route) };
}

/** A proxy that cannot be asked from here is taken for one of today's kind: the other files are worth having. */
async function isTlsRouted({ config, env, log }: AgentContext, proxyAddress: string): Promise<boolean> {
  try {
    return (await findCluster(proxyAddress, { insecure: config.insecure, env })).tlsRoutingEnabled;
  } catch (error) {
    log.warn('the proxy does not tell how it is reached; the files for ssh take TLS routing for granted', {
      proxy: proxyAddress,
      error: errorText(error),
    });
    return true;
  }
}
