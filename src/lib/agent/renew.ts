import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { type AgentContext, connectAs } from './context.js';
import { type Identity, identityOfCerts } from './identity.js';
import { makeKey } from './key-choice.js';

/**
 * Exchanges the bot's identity for a fresh one with a new key (join §4.1). The identity handed in must not be used again: the
 * cluster counts renewals, and takes an old count for a stolen certificate.
 */
export async function renewIdentity(context: AgentContext, identity: Identity): Promise<Identity> {
  const client = await connectAs(context, identity, 'bot identity');
  try {
    const { signatureAlgorithmSuite } = await client.ping();
    const key = await makeKey(signatureAlgorithmSuite);
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
