interface RoleMapped {
  readonly roles: readonly string[];
  readonly roleMap: readonly { readonly remote: string; readonly local: readonly string[] }[];
}

/** Which roles of another cluster mean which here: `[dev=access,auditor *=guest]`. */
export function roleMapText(spec: RoleMapped | undefined): string {
  const mapping = spec?.roles.length ? [{ remote: '*', local: spec.roles }] : (spec?.roleMap ?? []);
  return `[${mapping.map(({ remote, local }) => `${remote}=${local.join(',')}`).join(' ')}]`;
}
