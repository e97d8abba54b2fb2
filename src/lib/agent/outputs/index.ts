import type { AgentContext } from '../context.js';
import type { Destination } from '../destinations/destination.js';
import type { Identity } from '../identity.js';
import type { Service } from '../service-config.js';
import { renderApplication } from './application.js';
import { renderDatabase } from './database.js';
import { renderIdentity } from './identity.js';
import { renderKubernetes, renderKubernetesV2 } from './kubernetes.js';
import type { BotAccess } from './routed-identity.js';
import { renderSshHost } from './ssh-host.js';

/** Asks for the certificates of an output and writes its files. @returns the identity that was written */
export function render(
  context: AgentContext,
  access: BotAccess,
  service: Service,
  destination: Destination,
): Promise<Identity> {
  switch (service.type) {
    case 'identity':
      return renderIdentity(context, access, service, destination);
    case 'ssh_host':
      return renderSshHost(context, access, service, destination);
    case 'application':
      return renderApplication(context, access, service, destination);
    case 'database':
      return renderDatabase(context, access, service, destination);
    case 'kubernetes':
      return renderKubernetes(context, access, service, destination);
    case 'kubernetes/v2':
      return renderKubernetesV2(context, access, service, destination);
  }
}
