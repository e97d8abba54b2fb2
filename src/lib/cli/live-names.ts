import type { Client, Kind, KindMessages } from '../client/index.js';
import { connectOptions } from './context.js';
import type { GlobalFlagValues } from './flags.js';
import type { Io } from './io.js';

/**
 * Names of the resources of a kind, for completion. Names that are secrets are not among them, and nobody is asked for
 * anything. @throws whatever keeps the cluster from answering
 */
export async function liveNames(kind: string, flags: GlobalFlagValues, io: Io): Promise<string[]> {
  const { connect } = await import('../client/index.js');
  const client = await connect({ ...connectOptions(flags, io), secondFactor: undefined, trace: undefined });
  try {
    return await namesOn(client, kind as Kind);
  } finally {
    await client.close();
  }
}

async function namesOn(client: Client, kind: Kind): Promise<string[]> {
  const names: string[] = [];
  for await (const resource of client.resources.list(kind)) names.push(nameOf(kind, resource) ?? '');
  return names.filter((name) => name !== '').sort();
}

function nameOf(kind: Kind, resource: KindMessages[Kind]): string | undefined {
  const name = (resource as { metadata?: { name: string } }).metadata?.name ?? '';
  switch (kind) {
    case 'token':
      return nameOfToken(resource as KindMessages['token']);
    case 'bot_instance': {
      const { spec } = resource as KindMessages['bot_instance'];
      return spec && `${spec.botName}/${spec.instanceId}`;
    }
    case 'cert_authority':
      return `${(resource as KindMessages['cert_authority']).spec?.type}/${name}`;
    case 'semaphore':
      return `${(resource as KindMessages['semaphore']).subKind}/${name}`;
    default:
      return name;
  }
}

/** The name of a token that is joined with by proving something else than knowing its name. */
function nameOfToken({ metadata, spec }: KindMessages['token']): string | undefined {
  const method = spec?.joinMethod ?? '';
  return method === '' || method === 'token' ? undefined : metadata?.name;
}
