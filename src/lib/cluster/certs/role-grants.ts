import type { RoleConditions } from '../../gen/types/role_conditions_pb.js';
import type { RoleOptions } from '../../gen/types/role_options_pb.js';
import type { RoleV6 } from '../../gen/types/roles_pb.js';
import type { SshForm } from '../ca/user-certificates.js';
import { ClusterError } from '../errors.js';
import { expandTraits, isUnderstood } from './trait-templates.js';

const NANOSECONDS_PER_MS = 1_000_000n;

/** What the roles of a certificate put into it. */
export interface RoleGrants {
  ttlMs: number;
  /** Logins that the roles allow for sessions this long; empty when none of the roles has any. */
  logins: string[];
  kubeUsers: string[];
  kubeGroups: string[];
  dbNames: string[];
  dbUsers: string[];
  awsRoleArns: string[];
  azureIdentities: string[];
  gcpServiceAccounts: string[];
  ssh: SshForm;
}

/**
 * Limits and permissions of a certificate with these roles (join §3.4): no longer than the shortest role allows, and
 * only what roles grant that allow sessions of that length.
 * @param isLimited whether the roles' limits on the time count
 * @throws ClusterError AccessDenied when roles have logins, but none for sessions this long.
 */
export function grantsOf(
  roles: readonly RoleV6[],
  traits: Record<string, string[]>,
  requestedMs: number,
  isLimited = true,
): RoleGrants {
  const ttlMs = isLimited ? Math.min(requestedMs, ...roles.map(maxSessionMs)) : requestedMs;
  const able = roles.filter((role) => !isLimited || maxSessionMs(role) >= ttlMs);
  const listed = (field: ListField, of = able) => {
    if (!valuesOf(roles, 'deny', field).every(isUnderstood)) return []; // it may be anything that is denied
    const denied = new Set(expanded(roles, 'deny', field, traits));
    return expanded(of, 'allow', field, traits).filter((value) => !denied.has(value));
  };
  const logins = listed('logins');
  if (logins.length === 0 && listed('logins', [...roles]).length > 0) {
    throw new ClusterError('AccessDenied', 'access denied: no role allows logins for sessions of that length');
  }
  const options = roles.flatMap(({ spec }) => spec?.options ?? []);
  return {
    ttlMs,
    logins,
    kubeUsers: listed('kubernetesUsers'),
    kubeGroups: listed('kubernetesGroups'),
    dbNames: listed('dbNames'),
    dbUsers: listed('dbUsers'),
    awsRoleArns: listed('awsRoleArns'),
    azureIdentities: listed('azureIdentities'),
    gcpServiceAccounts: listed('gcpServiceAccounts'),
    ssh: {
      portForwarding: options.some(allowsPortForwarding),
      agentForwarding: options.some(({ forwardAgent }) => forwardAgent),
      x11Forwarding: options.some(({ permitX11Forwarding }) => permitX11Forwarding),
      format: options.some(({ certFormat }) => certFormat === 'oldssh') ? 'oldssh' : 'standard',
      ownExtensions: Object.fromEntries(
        options.flatMap(({ certExtensions }) => certExtensions.map(({ name, value }) => [name, value])),
      ),
    },
  };
}

function maxSessionMs({ spec }: RoleV6): number {
  const nanoseconds = spec?.options?.maxSessionTtl ?? 0n;
  return nanoseconds > 0n ? Number(nanoseconds / NANOSECONDS_PER_MS) : Number.POSITIVE_INFINITY;
}

/** Allowed unless a role says otherwise, in the old option or in both directions of the new one. */
function allowsPortForwarding({ portForwarding, sshPortForwarding }: RoleOptions): boolean {
  if (portForwarding !== undefined) return portForwarding.value;
  const local = sshPortForwarding?.local?.enabled?.value ?? true;
  const remote = sshPortForwarding?.remote?.enabled?.value ?? true;
  return local || remote;
}

type ListField = {
  [K in keyof RoleConditions]-?: RoleConditions[K] extends string[] ? K : never;
}[keyof RoleConditions];

function expanded(
  roles: readonly RoleV6[],
  side: 'allow' | 'deny',
  field: ListField,
  traits: Record<string, string[]>,
): string[] {
  return [...new Set(valuesOf(roles, side, field).flatMap((value) => expandTraits(value, traits)))];
}

function valuesOf(roles: readonly RoleV6[], side: 'allow' | 'deny', field: ListField): string[] {
  return roles.flatMap(({ spec }) => spec?.[side]?.[field] ?? []);
}
