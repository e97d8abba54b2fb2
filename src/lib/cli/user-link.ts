import type { UserLink } from '../actions/index.js';

/** What an administrator hands to a user who is to set a password. */
export function linkInstructions({ username, url, expires }: UserLink, verb: 'created' | 'reset', now: Date): string {
  const hours = expires === undefined ? undefined : (expires.getTime() - now.getTime()) / 3_600_000;
  const [, host = 'the proxy'] = /^https:\/\/([^/]+)/.exec(url) ?? [];
  const life = hours === undefined ? '' : `, valid for ${validFor(hours)}`;
  return [
    verb === 'created'
      ? `User "${username}" has been created but has no password yet. Hand over this link${life}:`
      : `User "${username}" has been reset: password and second factors are gone. Hand over this link${life}:`,
    '',
    url,
    '',
    'It opens in a browser, or without one:',
    '',
    `> tctl users accept ${url}`,
    '',
    `${host} must be reachable for the user.`,
    '',
  ].join('\n');
}

function validFor(hours: number): string {
  const minutes = Math.round(hours * 60);
  const whole = Math.floor(minutes / 60);
  const parts = [whole > 0 ? `${whole}h` : '', minutes % 60 > 0 || whole === 0 ? `${minutes % 60}m` : ''];
  return parts.join('');
}
