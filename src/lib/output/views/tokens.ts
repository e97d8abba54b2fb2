import type { ProvisionTokenV2 } from '../../gen/types/tokens_pb.js';
import { isTimeSet, systemRoleText } from '../../resources/index.js';
import { maskSecret } from '../../util/mask-secret.js';
import { renderTable } from '../table.js';
import { formatPlainTime, formatRemaining, formatShortTime } from '../times.js';

/** The table of `tokens ls`; names that are secrets are masked unless asked for (cli §11.2). */
export function tokensTable(
  tokens: readonly ProvisionTokenV2[],
  { now, withSecrets }: { now: Date; withSecrets: boolean },
): string {
  const rows = tokens.map((token) => [
    withSecrets ? nameOf(token) : maskToken(token),
    (token.spec?.roles ?? []).map(systemRoleText).join(','),
    formatLabels(token.metadata?.labels ?? {}),
    expiry(token, now),
  ]);
  return renderTable(['Token', 'Type', 'Labels', 'Expiry Time (UTC)'], rows);
}

/** A token's name as it may be shown: the name of a token of method `token` is its secret, so only its end is legible. */
export function maskToken(token: ProvisionTokenV2): string {
  const name = nameOf(token);
  return token.spec?.joinMethod === 'token' ? maskSecret(name) : name;
}

/** The text form of `get tokens`, which has neither names nor line breaks (cli §12). */
export function tokensText(tokens: readonly ProvisionTokenV2[]): string {
  return tokens
    .map(({ spec, metadata }) => {
      const roles = (spec?.roles ?? []).map(systemRoleText).join(' ');
      const expires = isTimeSet(metadata?.expires) ? formatPlainTime(metadata.expires) : 'never';
      return `ProvisionToken(Roles=[${roles}], Expires=${expires})`;
    })
    .join('');
}

function expiry({ metadata }: ProvisionTokenV2, now: Date): string {
  if (!isTimeSet(metadata?.expires)) return 'never';
  return `${formatShortTime(metadata.expires)} (${formatRemaining(metadata.expires, now)})`;
}

function formatLabels(labels: { readonly [key: string]: string }): string {
  return Object.keys(labels)
    .sort()
    .map((key) => `${key}=${labels[key]}`)
    .join(',');
}

function nameOf(token: ProvisionTokenV2): string {
  return token.metadata?.name ?? '';
}
