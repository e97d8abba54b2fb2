import { string } from '@oclif/core/flags';
import { UsageError } from './usage-error.js';
import { commaList } from './values.js';

/** Flags for the traits that preset roles read, and the trait that each sets (cli §14). */
const TRAITS = {
  logins: ['logins', 'logins over SSH'],
  'windows-logins': ['windows_logins', 'Windows logins'],
  'kubernetes-users': ['kubernetes_users', 'Kubernetes users'],
  'kubernetes-groups': ['kubernetes_groups', 'Kubernetes groups'],
  'db-users': ['db_users', 'database users'],
  'db-names': ['db_names', 'database names'],
  'db-roles': ['db_roles', 'database roles'],
  'aws-role-arns': ['aws_role_arns', 'AWS role ARNs'],
  'azure-identities': ['azure_identities', 'Azure identities'],
  'gcp-service-accounts': ['gcp_service_accounts', 'GCP service accounts'],
  'host-user-uid': ['host_user_uid', 'UID for host users that are made on login'],
  'host-user-gid': ['host_user_gid', 'GID for host users that are made on login'],
} as const;

const NUMBERS = new Set(['host-user-uid', 'host-user-gid']);

/** @param prefix nothing, or `set-` where the flags replace what a user has */
export function userTraitFlags(prefix: '' | 'set-') {
  return Object.fromEntries(
    Object.entries(TRAITS).map(([name, [, what]]) => [
      `${prefix}${name}`,
      string({
        helpValue: NUMBERS.has(name) ? 'NUMBER' : 'NAME,...',
        summary: prefix === '' ? `Allowed ${what}` : `Replace the allowed ${what}; empty clears them`,
      }),
    ]),
  );
}

/** The traits that the flags name; a flag that is given empty names an empty trait. */
export function traitsOf(flags: Record<string, unknown>, prefix: '' | 'set-'): Record<string, string[]> {
  const traits: Record<string, string[]> = {};
  for (const [name, [trait]] of Object.entries(TRAITS)) {
    const value = flags[`${prefix}${name}`];
    if (typeof value !== 'string') continue;
    if (NUMBERS.has(name) && !/^\d*$/.test(value)) {
      throw new UsageError(`--${prefix}${name}=${value} is not a number`, { hint: 'Give a number, such as 1000' });
    }
    traits[trait] = commaList(value);
  }
  return traits;
}
