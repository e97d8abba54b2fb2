import { readFileSync } from 'node:fs';
import type { GlobalFlagValues } from './flags.js';
import { TOKEN_METHODS, type TokenMethod, type TokenMethodName } from './token-methods.js';
import { UsageError } from './usage-error.js';
import { commaList, durationMs, parseLabels } from './values.js';

/** Values of the flags that all methods have. */
export interface ConfigureTokenFlags extends GlobalFlagValues {
  'bot-name'?: string;
  roles?: string;
  name?: string;
  labels?: string;
  ttl?: string;
  apply: boolean;
  force: boolean;
  format: 'yaml' | 'json';
}

function tokenRoles(flags: ConfigureTokenFlags, parseRoles: (list: string) => string[]): string[] {
  if ((flags['bot-name'] === undefined) === (flags.roles === undefined)) {
    throw new UsageError('give either --bot-name or --roles', {
      hint: '--bot-name=NAME for a token that a bot joins with, --roles=node for one of other services',
    });
  }
  return flags.roles === undefined ? ['Bot'] : parseRoles(flags.roles);
}

/** A join token as a resource. */
export interface TokenDocument {
  metadata: { name: string; labels?: Record<string, string>; expires?: string };
  [key: string]: unknown;
}

/** The token that the flags describe; nothing is filled in or checked that validation will see to. @throws UsageError */
export function tokenDocument(
  method: TokenMethodName,
  flags: ConfigureTokenFlags,
  { parseRoles, now }: { parseRoles: (list: string) => string[]; now: Date },
): TokenDocument {
  const roles = tokenRoles(flags, parseRoles);
  const form: TokenMethod = TOKEN_METHODS[method];
  const bot = flags['bot-name'];
  const who = bot?.replaceAll(' ', '-') ?? roles.join('-').toLowerCase();
  const ttlMs = durationMs('ttl', flags.ttl);
  const rule = fieldValues(form.rule, flags);
  const block = fieldValues(form.block ?? {}, flags);
  const allow = rulesOf(rule, form.repeated);
  return {
    kind: 'token',
    version: 'v2',
    metadata: {
      name: flags.name ?? `${who}-${method.replaceAll('_', '-')}`,
      ...(flags.labels && { labels: parseLabels('labels', flags.labels) }),
      ...(ttlMs !== undefined && { expires: new Date(now.getTime() + ttlMs).toISOString() }),
    },
    spec: {
      roles,
      ...(bot !== undefined && { bot_name: bot }),
      join_method: method,
      ...(form.inline ? { allow } : { [method]: { allow, ...blockOf(method, block) } }),
    },
  };
}

/** One rule for each value of the field that may be repeated. */
function rulesOf(rule: Record<string, unknown>, repeated: string | undefined): Record<string, unknown>[] {
  const { [repeated ?? '']: values, ...others } = rule;
  return Array.isArray(values) && repeated ? values.map((value) => ({ [repeated]: value, ...others })) : [others];
}

/** Two methods write what a file holds in a form of their own. */
function blockOf(method: TokenMethodName, block: Record<string, unknown>): Record<string, unknown> {
  const { static_jwks: jwks, oidc: issuer, ekcert_allowed_cas: authorities, ...rest } = block;
  if (method === 'kubernetes') {
    if (issuer && jwks) throw new UsageError('give either --oidc or --static-jwks');
    if (issuer) return { type: 'oidc', oidc: { issuer } };
    return jwks ? { type: 'static_jwks', static_jwks: { jwks } } : { type: 'in_cluster' };
  }
  if (method === 'tpm' && authorities !== undefined) {
    const pem = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n?/g;
    return { ...rest, ekcert_allowed_cas: String(authorities).match(pem) ?? [String(authorities)] };
  }
  return block;
}

function fieldValues(fields: TokenMethod['rule'], flags: object): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).flatMap(([field, { form }]) => {
      const value: unknown = Reflect.get(flags, field.replaceAll('_', '-'));
      if (value === undefined) return [];
      if (form === 'list') return [[field, (value as string[]).flatMap((item) => commaList(item))]];
      return [[field, form === 'file' ? fileText(String(value)) : value]];
    }),
  );
}

function fileText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new UsageError(`cannot read ${path}: ${(error as Error).message}`);
  }
}
