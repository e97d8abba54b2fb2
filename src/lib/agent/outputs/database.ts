import type { AgentContext } from '../context.js';
import type { DatabaseOutput } from '../service-config.js';
import { authorityFiles, fetchAuthorities } from './authorities.js';
import { identityFiles, tlsFiles } from './identity-files.js';
import { findDatabase } from './look-up.js';
import type { Rendered } from './rendered.js';
import { type BotAccess, requestRoutedIdentity } from './routed-identity.js';

/** The user that Redis has from the start. */
const DEFAULT_REDIS_USER = 'default';

/** Asks for certificates for one database and gives them in the form that its clients want (tbot §4). */
export async function renderDatabase(
  context: AgentContext,
  access: BotAccess,
  output: DatabaseOutput,
): Promise<Rendered> {
  const { identity } = await requestRoutedIdentity(context, access, output, async (client) => {
    const { name: serviceName, protocol } = await findDatabase(client, output.service);
    const username = output.username ?? (protocol === 'redis' ? DEFAULT_REDIS_USER : '');
    if (protocol === 'mongodb' && username === '')
      context.log.warn('MongoDB wants a user: set username of the output', { service: output.service });
    return { routeToDatabase: { serviceName, protocol, username, database: output.database ?? '' } };
  });
  const authorities = await fetchAuthorities(access.client);
  const artifacts = {
    ...authorityFiles(authorities),
    ...identityFiles(identity, authorities),
    ...FORMATS[output.format](identity, authorities),
  };
  return { identity, artifacts };
}

const FORMATS: Readonly<Record<DatabaseOutput['format'], typeof tlsFiles>> = {
  '': () => ({}),
  tls: tlsFiles,
  mongo: ({ tlsCertificate, keyPem }, { pem }) => ({ 'mongo.crt': tlsCertificate + keyPem, 'mongo.cas': pem.db }),
  cockroach: ({ tlsCertificate, keyPem }, { pem }) => ({
    'cockroach/node.crt': tlsCertificate,
    'cockroach/node.key': keyPem,
    'cockroach/ca.crt': pem.db,
    'cockroach/ca-client.crt': pem.db,
  }),
};
