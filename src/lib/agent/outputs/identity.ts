import { createPublicKey } from 'node:crypto';

import { type Client, findCluster } from '../../client/index.js';
import { authorizedKeyLine, certAuthorityLine, formatIdentityFile, parsePrivateKey } from '../../crypto/index.js';
import type { IdentityOutput } from '../config.js';
import type { AgentContext } from '../context.js';
import type { Destination } from '../destinations/destination.js';
import type { Identity } from '../identity.js';
import { errorText } from '../logs.js';
import { type HostAuthority, writeAuthorities } from './authorities.js';
import { requestOutputIdentity } from './certificates.js';
import { clusterKnownHosts, clusterSshConfig, knownHosts, type SshRoute, sshConfig } from './ssh-config.js';

/** Asks for the certificates of an identity output and writes its files (tbot §4). @returns the identity that was written */
export async function renderIdentity(
  context: AgentContext,
  { client, bot }: { client: Client; bot: Identity },
  output: IdentityOutput,
  destination: Destination,
): Promise<Identity> {
  const { ttlMs } = output.lifetime ?? context.config.lifetime;
  const request = { roles: output.roles, ttlMs, isReissuable: output.allowReissue };
  const cluster = output.cluster === undefined ? {} : { cluster: output.cluster };
  const identity = await requestOutputIdentity(client, bot, context.clock(), { ...request, ...cluster });
  const authorities = await writeAuthorities(client, destination);
  await writeIdentityFiles(identity, authorities, destination);
  if (output.sshConfig === 'on') await writeSshFiles(context, client, authorities, destination);
  return identity;
}

async function writeIdentityFiles(
  identity: Identity,
  authorities: readonly HostAuthority[],
  destination: Destination,
): Promise<void> {
  const { keyPem, sshCertificate, tlsCertificate: tlsCertPem } = identity;
  const own = authorities.filter(({ clusterName }) => clusterName === identity.clusterName);
  const text = formatIdentityFile({
    keyPem,
    sshCertificate,
    tlsCertPem,
    sshCaLines: authorities.flatMap(({ clusterName, sshKeys }) =>
      sshKeys.map((key) => certAuthorityLine({ hosts: [clusterName, `*.${clusterName}`], key })),
    ),
    tlsCaPems: own.flatMap(({ tlsCertificates }) => tlsCertificates),
  });
  await destination.write('identity', text);
  await destination.write('key-cert.pub', sshCertificate);
  await destination.write('tlscert', tlsCertPem);
  await destination.write('key', keyPem);
  await destination.write('key.pub', `${authorizedKeyLine(createPublicKey(parsePrivateKey(keyPem)))}\n`);
  await destination.write('.write-test', '');
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
