import { type Client, findCluster, type HostAuthority } from '../../client/index.js';
import type { AgentContext } from '../context.js';
import type { Destination } from '../destinations/destination.js';
import type { Identity } from '../identity.js';
import { errorText } from '../logs.js';
import type { IdentityOutput } from '../service-config.js';
import { fetchAuthorities, writeAuthorities } from './authorities.js';
import { requestOutputIdentity } from './certificates.js';
import { writeIdentityFiles } from './identity-files.js';
import type { BotAccess } from './routed-identity.js';
import { clusterKnownHosts, clusterSshConfig, knownHosts, type SshRoute, sshConfig } from './ssh-config.js';

/** Asks for the certificates of an identity output and writes its files (tbot §4). @returns the identity that was written */
export async function renderIdentity(
  context: AgentContext,
  { client, bot }: BotAccess,
  output: IdentityOutput,
  destination: Destination,
): Promise<Identity> {
  const { ttlMs } = output.lifetime ?? context.config.lifetime;
  const request = { roles: output.roles, ttlMs, isReissuable: output.allowReissue };
  const cluster = output.cluster === undefined ? {} : { cluster: output.cluster };
  const identity = await requestOutputIdentity(client, bot, context.clock(), { ...request, ...cluster });
  const authorities = await fetchAuthorities(client);
  await writeAuthorities(authorities, destination);
  await writeIdentityFiles(identity, authorities, destination);
  if (output.sshConfig === 'on') await writeSshFiles(context, client, authorities.hosts, destination);
  return identity;
}

async function writeSshFiles(
  context: AgentContext,
  client: Client,
  authorities: readonly HostAuthority[],
  destination: Destination,
): Promise<void> {
  const proxyAddress = (await client.ping()).proxyPublicAddr || context.config.proxyServer;
  if (!proxyAddress) {
    context.log.warn('no files for ssh: the cluster tells no public address of its proxy');
    return;
  }
  await destination.write('known_hosts', knownHosts(authorities, proxyAddress));
  if (destination.path === undefined) return;
  const route: SshRoute = {
    proxyAddress,
    isTlsRouted: await isTlsRouted(context, proxyAddress),
    folder: destination.path,
    program: context.program,
  };
  for (const authority of authorities) {
    await destination.write(`${authority.clusterName}.ssh_config`, clusterSshConfig(authority, route));
    await destination.write(`${authority.clusterName}.known_hosts`, clusterKnownHosts(authority));
  }
  await destination.write('ssh_config', sshConfig(authorities, route));
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
