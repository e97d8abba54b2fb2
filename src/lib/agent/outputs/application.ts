import type { AgentContext } from '../context.js';
import type { Destination } from '../destinations/destination.js';
import type { Identity } from '../identity.js';
import type { ApplicationOutput } from '../service-config.js';
import { fetchAuthorities, writeAuthorities } from './authorities.js';
import { writeIdentityFiles, writeTlsFiles } from './identity-files.js';
import { findApp } from './look-up.js';
import { type BotAccess, requestRoutedIdentity } from './routed-identity.js';

/** Asks for certificates for one application and writes them (tbot §4). */
export async function renderApplication(
  context: AgentContext,
  access: BotAccess,
  output: ApplicationOutput,
  destination: Destination,
): Promise<Identity> {
  const { identity } = await requestRoutedIdentity(context, access, output, async (client) => {
    const { name, publicAddr } = await findApp(client, output.appName);
    return { routeToApp: { name, publicAddr, clusterName: access.bot.clusterName } };
  });
  const authorities = await fetchAuthorities(access.client);
  await writeIdentityFiles(identity, authorities, destination);
  if (output.specificTlsNaming) await writeTlsFiles(identity, authorities, destination);
  await writeAuthorities(authorities, destination);
  return identity;
}
