import type { KubernetesResource } from '../../gen/types/role_conditions_pb.js';
import { type FieldPath, type FieldProblem, notOneOf } from '../problems.js';

/** Up to v7 kinds go by names of their own, in the singular. Each with its API group and what it is called from v8 on. */
const OLD_KINDS: Readonly<Record<string, readonly [group: string, kind: string]>> = {
  pod: ['', 'pods'],
  secret: ['', 'secrets'],
  configmap: ['', 'configmaps'],
  namespace: ['', 'namespaces'],
  service: ['', 'services'],
  serviceaccount: ['', 'serviceaccounts'],
  kube_node: ['', 'nodes'],
  persistentvolume: ['', 'persistentvolumes'],
  persistentvolumeclaim: ['', 'persistentvolumeclaims'],
  deployment: ['apps', 'deployments'],
  replicaset: ['apps', 'replicasets'],
  statefulset: ['apps', 'statefulsets'],
  daemonset: ['apps', 'daemonsets'],
  clusterrole: ['rbac.authorization.k8s.io', 'clusterroles'],
  kube_role: ['rbac.authorization.k8s.io', 'roles'],
  clusterrolebinding: ['rbac.authorization.k8s.io', 'clusterrolebindings'],
  rolebinding: ['rbac.authorization.k8s.io', 'rolebindings'],
  cronjob: ['batch', 'cronjobs'],
  job: ['batch', 'jobs'],
  certificatesigningrequest: ['certificates.k8s.io', 'certificatesigningrequests'],
  ingress: ['networking.k8s.io', 'ingresses'],
};

/** These lie in no namespace. */
const CLUSTER_WIDE = [
  ...['namespace', 'kube_node', 'persistentvolume', 'clusterrole', 'clusterrolebinding', 'certificatesigningrequest'],
];

/** Kinds of the core API, whose group is the empty text, beyond those with an old name. */
const MORE_CORE_KINDS = [
  ...['bindings', 'componentstatuses', 'endpoints', 'events', 'limitranges', 'podtemplates'],
  ...['replicationcontrollers', 'resourcequotas'],
];

const VERBS = [
  ...['*', 'get', 'create', 'update', 'patch', 'delete', 'list', 'watch', 'deletecollection', 'exec', 'portforward'],
];

/** The rules for `kubernetes_resources`, which differ by the version of the role (wire §5.4). */
export function validateKubernetesResources(
  resources: readonly KubernetesResource[],
  path: FieldPath,
  version: string,
): FieldProblem[] {
  return resources.flatMap((resource, index) => {
    const place = [...path, index];
    const byVersion = version === 'v8' ? validateByGroup : validateByOldName;
    const problems = [...byVersion(resource, place), ...validateVerbs(resource, place, version)];
    if (!resource.name) problems.push({ path: [...place, 'name'], message: 'this is required' });
    if (['v3', 'v4', 'v5', 'v6'].includes(version) && !['', 'pod'].includes(resource.kind)) {
      problems.push({ path: [...place, 'kind'], message: `roles of version ${version} know the kind pod only` });
    }
    return problems;
  });
}

/** From v8 on a resource is named by its API group and its name there, in the plural. */
function validateByGroup({ kind, apiGroup, namespace }: KubernetesResource, place: FieldPath): FieldProblem[] {
  const path = [...place, 'kind'];
  if (!kind) return [{ path, message: 'this is required' }];
  const old = Object.hasOwn(OLD_KINDS, kind) ? OLD_KINDS[kind] : undefined;
  if (old && (apiGroup === '*' || apiGroup === old[0])) {
    return [{ path, message: 'roles of version v8 name kinds in the plural', suggestion: old[1] }];
  }
  const known = Object.entries(OLD_KINDS).find(([, [group, plural]]) => group === apiGroup && plural === kind);
  if (apiGroup === '' && !known && !MORE_CORE_KINDS.includes(kind)) {
    return [{ path: [...place, 'api_group'], message: 'this is required for kinds outside the core API' }];
  }
  if (known && !CLUSTER_WIDE.includes(known[0]) && namespace === '') {
    return [{ path: [...place, 'namespace'], message: 'this is required' }];
  }
  return [];
}

function validateByOldName({ kind, apiGroup, namespace }: KubernetesResource, place: FieldPath): FieldProblem[] {
  const problems: FieldProblem[] = [];
  const path = [...place, 'kind'];
  const accepted = ['*', ...Object.keys(OLD_KINDS)];
  if (!kind) problems.push({ path, message: 'this is required' });
  else if (!accepted.includes(kind)) problems.push(notOneOf(path, kind, accepted));
  else if (namespace === '' && !CLUSTER_WIDE.includes(kind)) {
    problems.push({ path: [...place, 'namespace'], message: 'this is required' });
  }
  if (apiGroup) problems.push({ path: [...place, 'api_group'], message: 'only roles of version v8 take this' });
  return problems;
}

/** Roles up to v6 allow everything or nothing; without verbs they get `*`. */
function validateVerbs({ verbs }: KubernetesResource, place: FieldPath, version: string): FieldProblem[] {
  const path = [...place, 'verbs'];
  if (['v3', 'v4', 'v5', 'v6'].includes(version) && verbs.some((verb) => verb !== '*')) {
    return [{ path, message: `roles of version ${version} know the verb "*" only` }];
  }
  if (verbs.includes('*') && verbs.length > 1) return [{ path, message: '"*" does not stand beside other verbs' }];
  return verbs.flatMap((verb, index) =>
    VERBS.includes(verb) || verb.includes('{{') ? [] : [notOneOf([...path, index], verb, VERBS)],
  );
}
