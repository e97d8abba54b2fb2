import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Caller } from '../../../../src/lib/cluster/auth/caller.js';
import { listAnnounced } from '../../../../src/lib/cluster/domain/announced.js';
import { createRole } from '../../../../src/lib/cluster/domain/roles.js';
import type { ClusterState } from '../../../../src/lib/cluster/state.js';
import { ListResourcesRequestSchema } from '../../../../src/lib/gen/proto/resources_pb.js';
import type { RoleConditionsSchema } from '../../../../src/lib/gen/types/role_conditions_pb.js';
import { RoleV6Schema } from '../../../../src/lib/gen/types/roles_pb.js';
import { ADMIN, openTestState, type TestState } from '../../../helpers/cluster-state.js';

let test: TestState;
let state: ClusterState;
beforeAll(async () => {
  test = openTestState();
  state = {
    ...test.state,
    announced: {
      apps: [
        { name: 'wiki', labels: { env: 'prod' } },
        { name: 'grafana', labels: { env: 'dev' } },
      ],
      databases: [{ name: 'pg', protocol: 'postgres', labels: { env: 'dev' } }],
      kubeClusters: [{ name: 'k1' }, { name: 'k2' }, { name: 'k3' }],
    },
  };
  const labels = (env: string) => ({ labels: { env: { values: [env] } } });
  await addRole('everything', { appLabels: { labels: { '*': { values: ['*'] } } } });
  await addRole('dev-only', { appLabels: labels('d*') });
  await addRole('own-env', { appLabels: labels('{{internal.env}}') });
  await addRole('nothing', {});
  await addRole('by-expression', { appLabelsExpression: 'true', appLabels: labels('dev') });
  await addRole('no-prod', {}, { appLabels: labels('prod') });
  await addRole('no-d', {}, { appLabels: labels('^(?i)D.*$') });
  await addRole('no-own', {}, { appLabels: labels('{{email.local(external.env)}}') });
  await addRole('no-team', {}, { appLabels: labels('{{external.team}}') });
  await addRole('nothing-at-all', {}, { appLabels: { labels: { '*': { values: ['*'] }, team: { values: ['x'] } } } });
});
afterAll(() => test.close());

type Conditions = MessageInitShape<typeof RoleConditionsSchema>;

async function addRole(name: string, allow: Conditions, deny: Conditions = {}): Promise<void> {
  const spec = { allow, deny };
  await createRole(state, create(RoleV6Schema, { kind: 'role', version: 'v7', metadata: { name }, spec }));
}

function list(caller: Caller, request: MessageInitShape<typeof ListResourcesRequestSchema>) {
  const { resources, nextKey, totalCount } = listAnnounced(state, caller, create(ListResourcesRequestSchema, request));
  return { names: resources.map(({ resource }) => nameOf(resource.value)), nextKey, totalCount };
}

function nameOf(value: unknown): string {
  return (value as { metadata: { name: string } }).metadata.name;
}

function userWith(roles: string[], traits: Record<string, string[]> = {}): Caller {
  const identity = { username: 'u', roles, usage: [], principals: [], routeToCluster: '', traits };
  return { kind: 'user', username: 'u', roles, traits, identity };
}

describe('listAnnounced', () => {
  it.each([
    [['everything'], ['grafana', 'wiki']],
    [['dev-only'], ['grafana']],
    [['own-env'], ['wiki']],
    [['nothing'], []],
    [['by-expression'], []],
    [['everything', 'no-prod'], ['grafana']],
    [['everything', 'no-d'], []],
    [['everything', 'no-own'], []],
    [
      ['everything', 'no-team'],
      ['grafana', 'wiki'],
    ],
    [['everything', 'nothing-at-all'], []],
  ])('shows callers with the roles %p what their labels open', (roles, names) => {
    expect(list(userWith(roles, { env: ['prod'] }), { resourceType: 'app_server' }).names).toEqual(names);
  });

  it('filters by predicate, labels and words, and counts when asked', () => {
    const found = (request: MessageInitShape<typeof ListResourcesRequestSchema>) =>
      list(ADMIN, { resourceType: 'app_server', needTotalCount: true, ...request });

    expect(found({ predicateExpression: 'name == "wiki"' })).toEqual({ names: ['wiki'], nextKey: '', totalCount: 1 });
    expect(found({ labels: { env: 'dev' } }).names).toEqual(['grafana']);
    expect(found({ searchKeywords: ['PROD', 'wi'] }).names).toEqual(['wiki']);
    expect(list(ADMIN, { resourceType: 'node' }).names).toEqual([]);
  });

  it('answers in pages, each item once', () => {
    const request = { resourceType: 'kube_server', limit: 2 };
    const first = list(ADMIN, request);

    expect(first.names).toEqual(['k1', 'k2']);
    expect(list(ADMIN, { ...request, startKey: first.nextKey })).toMatchObject({ names: ['k3'], nextKey: '' });
  });

  it('refuses a type that it does not know', () => {
    expect(() => list(ADMIN, { resourceType: 'toString' })).toThrow(expect.objectContaining({ kind: 'BadParameter' }));
  });
});
