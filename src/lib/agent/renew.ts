import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { makeKey } from '../client/index.js';
import { UsersService } from '../gen/teleport/users/v1/users_service_pb.js';
import { type AgentContext, connectAs } from './context.js';
import { type Identity, identityOfCerts } from './identity.js';

/**
 * Exchanges the bot's identity for a fresh one with a new key (join §4.1). The identity handed in must not be used again: the
 * cluster counts renewals, and takes an old count for a stolen certificate.
 * @param beforeRequest runs before the request goes out that the cluster counts
 */
export async function renewIdentity(
  context: AgentContext,
  identity: Identity,
  beforeRequest: () => Promise<void>,
): Promise<Identity> {
  const client = await connectAs(context, identity, 'bot identity');
  try {
    const { signatureAlgorithmSuite } = await client.ping();
    const key = await makeKey(signatureAlgorithmSuite);
    await beforeRequest();
    const certs = await client.generateUserCerts({
      username: identity.subject.username,
      expires: timestampFromDate(new Date(context.clock().getTime() + context.config.lifetime.ttlMs)),
      sshPublicKey: key.sshPublicKey,
      tlsPublicKey: key.tlsPublicKey,
    });
    return identityOfCerts(key.pem, certs);
  } finally {
    await client.close();
  }
}

const GENERATION_LABEL = 'teleport.internal/bot-generation'; // join §5

/** How many renewals the cluster has counted for the bot: the most of all its instances. Only renewable identities count. */
export async function countedRenewals(context: AgentContext, identity: Identity): Promise<number> {
  const client = await connectAs(context, identity, 'bot identity');
  try {
    const { user } = await client.call(UsersService.method.getUser, { currentUser: true });
    return Number(user?.metadata?.labels[GENERATION_LABEL] ?? 0);
  } finally {
    await client.close();
  }
}
