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

interface Form {
  pattern: RegExp;
  what: string;
  like: string;
}

const NUMBER: Form = { pattern: /^\d+$/, what: 'a number', like: '1000' };

/** What the values of some traits have to look like; the cluster takes anything. */
const FORMS: Readonly<Record<string, Form>> = {
  'host-user-uid': NUMBER,
  'host-user-gid': NUMBER,
  'azure-identities': {
    pattern:
      /^\/subscriptions\/[\da-f-]+\/resourceGroups\/[\w-]+\/providers\/Microsoft\.ManagedIdentity\/userAssignedIdentities\/[\w-]+$/i,
    what: 'the resource ID of a managed identity',
    like: '/subscriptions/ID/resourceGroups/GROUP/providers/Microsoft.ManagedIdentity/userAssignedIdentities/NAME',
  },
  'gcp-service-accounts': {
    pattern: /^[^@]+@[^@.]+\.iam\.gserviceaccount\.com$/,
    what: 'the address of a service account',
    like: 'NAME@PROJECT.iam.gserviceaccount.com',
  },
};

/** A list: repeated, its flag adds to it (cli §1.2). */
export function listFlag(options: { helpValue: string; summary: string }) {
  return string({ ...options, multiple: true, multipleNonGreedy: true });
}

/** @param prefix nothing, or `set-` where the flags replace what a user has */
export function userTraitFlags(prefix: '' | 'set-') {
  return Object.fromEntries(
    Object.entries(TRAITS).map(([name, [, what]]) => {
      const summary = prefix === '' ? `Allowed ${what}` : `Replace the allowed ${what}; empty clears them`;
      return [
        `${prefix}${name}`,
        NUMBERS.has(name) ? string({ helpValue: 'NUMBER', summary }) : listFlag({ helpValue: 'NAME,...', summary }),
      ];
    }),
  );
}

/**
 * The traits that the flags name; a flag that is given empty names an empty trait.
 * @throws UsageError for a value that no cloud or host would take.
 */
export function traitsOf(flags: Record<string, unknown>, prefix: '' | 'set-'): Record<string, string[]> {
  const traits: Record<string, string[]> = {};
  for (const [name, [trait]] of Object.entries(TRAITS)) {
    const given = flags[`${prefix}${name}`];
    if (given === undefined) continue;
    const values = [given].flat().flatMap((text) => commaList(String(text)));
    const form = FORMS[name];
    const wrong = form && values.find((value) => !form.pattern.test(value));
    if (wrong !== undefined) {
      throw new UsageError(`--${prefix}${name}=${wrong} is not ${form?.what}`, { hint: `Write it like ${form?.like}` });
    }
    traits[trait] = values;
  }
  return traits;
}
