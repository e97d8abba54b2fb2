import type { Client } from '../../client/index.js';
import { type AgentContext, connectAs } from '../context.js';
import type { Identity } from '../identity.js';
import type { OutputBase } from '../service-config.js';
import { type CertificateRoute, requestOutputIdentity } from './certificates.js';

export interface BotAccess {
  client: Client;
  bot: Identity;
}

/**
 * Certificates for one application, database or Kubernetes cluster. What it is, is looked up as the roles of the output, so that
 * only what they open is found (tbot §4).
 * @param lookUp gets a client that acts in those roles
 */
export async function requestRoutedIdentity(
  context: AgentContext,
  access: BotAccess,
  { roles, lifetime }: OutputBase,
  lookUp: (client: Client) => Promise<CertificateRoute>,
): Promise<{ identity: Identity; route: CertificateRoute }> {
  const { client, bot } = access;
  const { ttlMs } = lifetime ?? context.config.lifetime;
  const plain = await requestOutputIdentity(client, bot, context.clock(), { roles, ttlMs });
  const route = await actAs(context, plain, lookUp);
  const request = { roles: plain.subject.roles, ttlMs, route };
  return { identity: await requestOutputIdentity(client, bot, context.clock(), request), route };
}

/** Does some work as an identity that an output has been given. */
export async function actAs<T>(
  context: AgentContext,
  identity: Identity,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const client = await connectAs(context, identity, 'identity of the output');
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}
