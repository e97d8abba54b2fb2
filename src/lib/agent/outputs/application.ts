import type { AgentContext } from '../context.js';
import type { ApplicationOutput } from '../service-config.js';
import { authorityFiles, fetchAuthorities } from './authorities.js';
import { identityFiles, tlsFiles } from './identity-files.js';
import { findApp } from './look-up.js';
import type { Rendered } from './rendered.js';
import { type BotAccess, requestRoutedIdentity } from './routed-identity.js';

/** Asks for certificates for one application and gives their files (tbot §4). */
export async function renderApplication(
  context: AgentContext,
  access: BotAccess,
  output: ApplicationOutput,
): Promise<Rendered> {
  const { identity } = await requestRoutedIdentity(context, access, output, async (client) => {
    const { name, publicAddr } = await findApp(client, output.appName);
    return { routeToApp: { name, publicAddr, clusterName: access.bot.clusterName } };
  });
  const authorities = await fetchAuthorities(access.client);
  const artifacts = {
    ...authorityFiles(authorities),
    ...identityFiles(identity, authorities),
    ...(output.specificTlsNaming ? tlsFiles(identity, authorities) : {}),
  };
  return { identity, artifacts };
}
