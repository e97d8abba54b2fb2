import type { AgentContext } from '../context.js';
import type { Service } from '../service-config.js';
import { renderApplication } from './application.js';
import { renderDatabase } from './database.js';
import { renderIdentity } from './identity.js';
import { renderKubernetes, renderKubernetesV2 } from './kubernetes.js';
import type { Rendered } from './rendered.js';
import type { BotAccess } from './routed-identity.js';
import { renderSshHost } from './ssh-host.js';

/** Asks for the certificates of an output and gives its files. @param folder where they go; undefined: elsewhere */
export function render(
  context: AgentContext,
  access: BotAccess,
  service: Service,
  folder: string | undefined,
): Promise<Rendered> {
  switch (service.type) {
    case 'identity':
      return renderIdentity(context, access, service, folder);
    case 'ssh_host':
      return renderSshHost(context, access, service);
    case 'application':
      return renderApplication(context, access, service);
    case 'database':
      return renderDatabase(context, access, service);
    case 'kubernetes':
      return renderKubernetes(context, access, service, folder);
    case 'kubernetes/v2':
      return renderKubernetesV2(context, access, service, folder);
  }
}
