import type { Message } from '@bufbuild/protobuf';
import { type Client, isErrorCode, type Kind, RpcError } from '../client/index.js';
import { type KindDefinition, loadKind, parseRef, type ResourceRef } from '../resources/index.js';
import { collect } from './collect.js';
import { namingWhatIsMissing } from './missing.js';

/** What `get all` gives, in this order; certificate authorities come with their private keys (cli §6). */
const ALL_KINDS = [
  'user',
  'cert_authority',
  'trusted_cluster',
  'github',
  'saml',
  'oidc',
  'role',
  'token',
  'lock',
  'cluster_networking_config',
  'cluster_auth_preference',
] as const;

/** The resources that one reference names. */
export interface Found {
  definition: KindDefinition;
  messages: Message[];
}

/** Refers to everything that `get all` gives. */
export function allRefs(): ResourceRef[] {
  return ALL_KINDS.map(parseRef);
}

/** Reads everything that the references name, at once; the answers keep the references' order. @throws the first failure. */
export async function getResources(
  { refs, withSecrets }: { refs: ResourceRef[]; withSecrets: boolean },
  { client }: { client: Client },
): Promise<Found[]> {
  return Promise.all(refs.map((ref) => readOne(ref, withSecrets, client)));
}

async function readOne(ref: ResourceRef, withSecrets: boolean, client: Client): Promise<Found> {
  const kind = ref.kind as Kind;
  const [definition, messages] = await Promise.all([
    loadKind(kind),
    ref.name === undefined
      ? collect<Message>(client.resources.list(kind, { withSecrets, ...(ref.owner && { owner: ref.owner }) }))
      : readNamed(kind, ref.name, withSecrets, client),
  ]);
  return { definition, messages };
}

function readNamed(kind: Kind, name: string, withSecrets: boolean, client: Client): Promise<Message[]> {
  return namingWhatIsMissing({ kind, name, client }, async () =>
    kind === 'connectors'
      ? readConnectors(name, withSecrets, client)
      : [await client.resources.get(kind, name, { withSecrets })],
  );
}

/** Connectors of different kinds may share a name: all of them, in the order of `get connectors` (cli §6). */
async function readConnectors(name: string, withSecrets: boolean, client: Client): Promise<Message[]> {
  const kinds = ['oidc', 'saml', 'github'] as const;
  const answers = await Promise.all(
    kinds.map(async (kind): Promise<Message[]> => {
      try {
        return [await client.resources.get(kind, name, { withSecrets })];
      } catch (error) {
        if (!isErrorCode(error, 'not_found')) throw error;
        return [];
      }
    }),
  );
  const found = answers.flat();
  if (found.length === 0) throw new RpcError('not_found', 'get', `connector ${JSON.stringify(name)} is not found`);
  return found;
}
