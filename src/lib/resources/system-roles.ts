/** The roles that a join token may give, in the spelling that is stored (wire §5.3). */
export const SYSTEM_ROLES = [
  'Auth',
  'Node',
  'Proxy',
  'Admin',
  'ProvisionToken',
  'Trusted_cluster',
  'Signup',
  'Nop',
  'RemoteProxy',
  'Kube',
  'App',
  'Db',
  'WindowsDesktop',
  'Bot',
  'Instance',
  'Discovery',
  'Okta',
  'MDM',
  'AccessGraphPlugin',
] as const;

const SPELLINGS: ReadonlyMap<string, string> = new Map([
  ...SYSTEM_ROLES.map((role) => [role.toLowerCase(), role] as const),
  ['trustedcluster', 'Trusted_cluster'],
  ['remote_proxy', 'RemoteProxy'],
  ['windows_desktop', 'WindowsDesktop'],
]);

/** The stored spelling of a system role written in any case, or undefined when there is no such role. */
export function systemRole(text: string): string | undefined {
  return SPELLINGS.get(text.trim().toLowerCase());
}

/** How a role reads in tables; one of them differs from its stored spelling. */
export function systemRoleText(role: string): string {
  return role === 'Trusted_cluster' ? 'trusted_cluster' : role;
}
