import { normalise, withCurrentBots } from '../helpers/recordings.js';

/** What a command that writes printed, without the names that the tool was given and what is new in each run. */
export function comparableWrite(stdout: string, prefix: string): string {
  return normalise(withoutVerb(stdout).replaceAll(prefix, 'PREFIX'))
    .trimEnd()
    .replace(/"revision":"[^"]*"/g, '"revision":""')
    .replace(/(expires"?: ")20[^"]*"/g, '$1<time>"');
}

/** The real tool says "created" of what was there already, too. */
export function withoutVerb(stdout: string): string {
  return stdout.replace(/ has been (created|updated)$/gm, ' has been written');
}

/**
 * What a command that reads printed, both tools having read the same. Bots are compared in the form of 18.2.3 and later.
 * Tokens that expire together have no order among them, and the time that one has left passes while the tools run.
 */
export function comparableListing(args: string[], stdout: string): string {
  const text = withCurrentBots(stdout);
  if (args[0] === 'tokens' && args[1] === 'ls') return tokenListing(text);
  if (/^bots?$/.test(args[0] ?? '') && !args.some((arg) => /^--format=(json|yaml)$/.test(arg)))
    return text.split('\n\n')[0]?.trimEnd() ?? ''; // after the table comes prose
  // The real tool prints a map, in no order.
  if (args[0] === 'inventory' && args[1] === 'status') return sorted(text.split('\n').map((line) => line.trim()));
  if (args[0] === 'inventory' && text.startsWith('[')) return JSON.stringify(JSON.parse(text)); // an empty list has a line of blanks there
  return text;
}

function tokenListing(text: string): string {
  if (text.startsWith('[')) return sorted(text.slice(2).split(/^ {4}\}(?:,|\n\])\n/m));
  if (text.startsWith('kind:')) return sorted(text.split('---\n'));
  return sorted(
    text.split('\n').map((line) =>
      line
        .replace(/ \(-?[\dhms.]+\)/, '')
        .replace(/-{5,}/g, '-----')
        .trimEnd(),
    ),
  );
}

function sorted(parts: string[]): string {
  return parts.sort().join('\n');
}
