import type { Client } from '../../client/index.js';
import { CodedError } from '../../util/coded-error.js';

/** Label that holds the name of a resource in its cloud, where the cluster's own name for it has more in it. */
const DISCOVERED_NAME = 'teleport.internal/discovered-name';

/** A resource that agents announce. */
interface Found {
  name: string;
  labels: Record<string, string>;
}
export interface FoundApp extends Found {
  publicAddr: string;
}
export interface FoundDatabase extends Found {
  protocol: string;
}

/** @throws CodedError `resource_not_found` */
export async function findApp(client: Client, name: string): Promise<FoundApp> {
  const request = { resourceType: 'app_server', predicateExpression: `name == ${JSON.stringify(name)}` };
  for await (const { resource } of client.listResources(request)) {
    const app = resource.case === 'appServer' ? resource.value.spec?.app : undefined;
    if (app?.metadata?.name === name) return { ...foundOf(app.metadata), publicAddr: app.spec?.publicAddr ?? '' };
  }
  throw notFound('application', name);
}

/** @throws CodedError `resource_not_found`, `resource_ambiguous` */
export async function findDatabase(client: Client, name: string): Promise<FoundDatabase> {
  const found: FoundDatabase[] = [];
  const request = { resourceType: 'db_server', predicateExpression: nameOrDiscoveredName(name) };
  for await (const { resource } of client.listResources(request)) {
    const database = resource.case === 'databaseServer' ? resource.value.spec?.database : undefined;
    if (database?.metadata) found.push({ ...foundOf(database.metadata), protocol: database.spec?.protocol ?? '' });
  }
  return chooseOne('database', found, name);
}

/** @throws CodedError `resource_not_found`, `resource_ambiguous` */
export async function findKubeCluster(client: Client, name: string): Promise<Found> {
  return chooseOne(
    'Kubernetes cluster',
    await listKubeClusters(client, { predicateExpression: nameOrDiscoveredName(name) }),
    name,
  );
}

/** All Kubernetes clusters that fit; one that several agents announce is listed for each. */
export async function listKubeClusters(
  client: Client,
  filter: { predicateExpression?: string; labels?: Record<string, string> },
): Promise<Found[]> {
  const found: Found[] = [];
  for await (const { resource } of client.listResources({ resourceType: 'kube_server', ...filter })) {
    const cluster = resource.case === 'kubernetesServer' ? resource.value.spec?.cluster : undefined;
    if (cluster?.metadata) found.push(foundOf(cluster.metadata));
  }
  return found;
}

function foundOf({ name, labels }: Found): Found {
  return { name, labels };
}

function nameOrDiscoveredName(name: string): string {
  const text = JSON.stringify(name);
  return `(name == ${text}) || (labels["${DISCOVERED_NAME}"] == ${text})`;
}

/** The one of that name, or else the only one that is called so in its cloud. */
function chooseOne<T extends Found>(kind: string, found: readonly T[], name: string): T {
  const named = found.find((one) => one.name === name);
  if (named !== undefined) return named;
  const discovered = new Map(
    found.filter(({ labels }) => labels[DISCOVERED_NAME] === name).map((one) => [one.name, one] as const),
  );
  const [only] = discovered.values();
  if (only === undefined) throw notFound(kind, name);
  if (discovered.size > 1)
    throw new CodedError(
      'resource_ambiguous',
      `${JSON.stringify(name)} may be any ${kind} of these: ${[...discovered.keys()].sort().join(', ')}`,
      {
        hint: 'Configure the full name.',
      },
    );
  return only;
}

function notFound(kind: string, name: string): CodedError {
  return new CodedError('resource_not_found', `${kind} ${JSON.stringify(name)} is not found`, {
    hint: 'Its name may be misspelt, its agent may be down, or no role of the output opens it: labels of roles decide.',
  });
}
