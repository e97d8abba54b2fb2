import { durationFromMs } from '@bufbuild/protobuf/wkt';

import type { Client } from '../../client/index.js';
import { authorizedKeyLine, generatePrivateKey, type KeyKind, sshKeyPem } from '../../crypto/index.js';
import { TrustService } from '../../gen/teleport/trust/v1/trust_service_pb.js';
import { SignatureAlgorithmSuite } from '../../gen/types/signature_algorithm_suite_pb.js';
import type { AgentContext } from '../context.js';
import type { Destination } from '../destinations/destination.js';
import type { Identity } from '../identity.js';
import type { SshHostOutput } from '../service-config.js';
import { requestOutputIdentity } from './certificates.js';
import { actAs, type BotAccess } from './routed-identity.js';

/** Asks for a host certificate as the roles of the output, and writes the files of an SSH server (tbot §4). */
export async function renderSshHost(
  context: AgentContext,
  { client, bot }: BotAccess,
  { roles, principals, lifetime }: SshHostOutput,
  destination: Destination,
): Promise<Identity> {
  const { ttlMs } = lifetime ?? context.config.lifetime;
  const identity = await requestOutputIdentity(client, bot, context.clock(), { roles, ttlMs });
  const key = await generatePrivateKey(hostKeyKind((await client.ping()).signatureAlgorithmSuite));
  await actAs(context, identity, async (asRoles) => {
    const { sshCertificate } = await asRoles.call(TrustService.method.generateHostCert, {
      key: Buffer.from(`${authorizedKeyLine(key)}\n`),
      principals,
      clusterName: bot.clusterName,
      role: 'Node',
      ttl: durationFromMs(ttlMs),
    });
    await destination.write('ssh_host', sshKeyPem(key));
    await destination.write('ssh_host-cert.pub', Buffer.from(sshCertificate).toString('utf8'));
    await destination.write('ssh_host-user-ca.pub', await userAuthorities(asRoles, bot.clusterName));
  });
  return identity;
}

/** Join §3.7, for the keys of SSH hosts. */
function hostKeyKind(suite: SignatureAlgorithmSuite): KeyKind {
  switch (suite) {
    case SignatureAlgorithmSuite.BALANCED_V1:
    case SignatureAlgorithmSuite.HSM_V1:
      return 'ed25519';
    case SignatureAlgorithmSuite.FIPS_V1:
      return 'ecdsa-p256';
    default:
      return 'rsa-2048';
  }
}

/** The authorities whose users may log in, for `TrustedUserCAKeys` of sshd. */
async function userAuthorities(client: Client, clusterName: string): Promise<string> {
  const { spec } = await client.certAuthorities.get('user', clusterName);
  const keys = [spec?.activeKeys, spec?.additionalTrustedKeys].flatMap((set) => set?.ssh ?? []);
  const line = (key: Uint8Array) =>
    `${Buffer.from(key).toString('utf8').trim()} clustername=${clusterName}&type=user\n`;
  return keys.map(({ publicKey }) => line(publicKey)).join('');
}
