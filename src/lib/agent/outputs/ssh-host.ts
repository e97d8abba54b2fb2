import { type Client, signHost } from '../../client/index.js';
import type { AgentContext } from '../context.js';
import type { SshHostOutput } from '../service-config.js';
import { requestOutputIdentity } from './certificates.js';
import type { Rendered } from './rendered.js';
import { actAs, type BotAccess } from './routed-identity.js';

/** Asks for a host certificate as the roles of the output, and gives the files of an SSH server (tbot §4). */
export async function renderSshHost(
  context: AgentContext,
  { client, bot }: BotAccess,
  { roles, principals, lifetime }: SshHostOutput,
): Promise<Rendered> {
  const { ttlMs } = lifetime ?? context.config.lifetime;
  const identity = await requestOutputIdentity(client, bot, context.clock(), { roles, ttlMs });
  const artifacts = await actAs(context, identity, async (asRoles) => {
    const { sshKeyPem, sshCertificate } = await signHost(asRoles, { principals, ttlMs });
    return {
      ssh_host: sshKeyPem,
      'ssh_host-cert.pub': sshCertificate,
      'ssh_host-user-ca.pub': await userAuthorities(asRoles, bot.clusterName),
    };
  });
  return { identity, artifacts };
}

/** The authorities whose users may log in, for `TrustedUserCAKeys` of sshd. */
async function userAuthorities(client: Client, clusterName: string): Promise<string> {
  const { spec } = await client.certAuthorities.get('user', clusterName);
  const keys = [spec?.activeKeys, spec?.additionalTrustedKeys].flatMap((set) => set?.ssh ?? []);
  const line = (key: Uint8Array) =>
    `${Buffer.from(key).toString('utf8').trim()} clustername=${clusterName}&type=user\n`;
  return keys.map(({ publicKey }) => line(publicKey)).join('');
}
