import { renderTable } from '../table.js';

/** A kind of resource as `list-kinds` shows it. */
export interface ListedKind {
  kind: string;
  commands: readonly string[];
  singleton: boolean;
  /** Whether it may take a second factor to write it. */
  mfa: boolean;
  description: string;
  aliases: readonly string[];
  versions: readonly string[];
}

/** @param wide also other names and versions. */
export function kindsTable(kinds: readonly ListedKind[], { wide }: { wide: boolean }): string {
  const rows = kinds.map(({ kind, commands, singleton, mfa, description, aliases, versions }) => [
    kind,
    commands.join(','),
    mfa ? 'yes' : 'no',
    ...(wide ? [singleton ? 'yes' : 'no', aliases.join(','), versions.join(',')] : []),
    description,
  ]);
  const headers = ['Kind', 'Commands', 'MFA', ...(wide ? ['Singleton', 'Aliases', 'Versions'] : []), 'Description'];
  return renderTable(headers, rows);
}
