import type { AgentContext } from '../context.js';
import type { Destination } from '../destinations/destination.js';
import type { Identity } from '../identity.js';
import type { DatabaseOutput } from '../service-config.js';
import { fetchAuthorities, type TrustedAuthorities, writeAuthorities } from './authorities.js';
import { writeIdentityFiles, writeTlsFiles } from './identity-files.js';
import { findDatabase } from './look-up.js';
import { type BotAccess, requestRoutedIdentity } from './routed-identity.js';

/** The user that Redis has from the start. */
const DEFAULT_REDIS_USER = 'default';

/** Asks for certificates for one database and writes them in the form that its clients want (tbot §4). */
export async function renderDatabase(
  context: AgentContext,
  access: BotAccess,
  output: DatabaseOutput,
  destination: Destination,
): Promise<Identity> {
  const { identity } = await requestRoutedIdentity(context, access, output, async (client) => {
    const { name: serviceName, protocol } = await findDatabase(client, output.service);
    const username = output.username ?? (protocol === 'redis' ? DEFAULT_REDIS_USER : '');
    if (protocol === 'mongodb' && username === '')
      context.log.warn('MongoDB wants a user: set username of the output', { service: output.service });
    return { routeToDatabase: { serviceName, protocol, username, database: output.database ?? '' } };
  });
  const authorities = await fetchAuthorities(access.client);
  await writeAuthorities(authorities, destination);
  await writeIdentityFiles(identity, authorities, destination);
  await FORMATS[output.format](identity, authorities, destination);
  return identity;
}

type Writer = (identity: Identity, authorities: TrustedAuthorities, destination: Destination) => Promise<void>;

const FORMATS: Readonly<Record<DatabaseOutput['format'], Writer>> = {
  '': async () => undefined,
  tls: writeTlsFiles,
  async mongo({ tlsCertificate, keyPem }, { pem }, destination) {
    await destination.write('mongo.crt', tlsCertificate + keyPem);
    await destination.write('mongo.cas', pem.db);
  },
  async cockroach({ tlsCertificate, keyPem }, { pem }, destination) {
    await destination.write('cockroach/node.crt', tlsCertificate);
    await destination.write('cockroach/node.key', keyPem);
    await destination.write('cockroach/ca.crt', pem.db);
    await destination.write('cockroach/ca-client.crt', pem.db);
  },
};
