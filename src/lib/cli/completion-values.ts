import type { Candidate, Completion } from '../util/completion.js';
import type { CommandTable } from './argv.js';
import { flagNames, flagsOf, nextWords, type Place } from './complete-line.js';

/** Gives the names that resources of a kind have on the cluster; none when it cannot be asked. */
export type NamesOf = (kind: string) => Promise<readonly string[]>;

/** What stands in an argument or behind a flag: a kind of resource, files, or references of a command. */
type Subject = { kind: string; isList?: true } | 'files' | 'refs' | 'ref' | 'removable' | 'system-roles';

const BOT: Subject = { kind: 'bot' };
const TOKEN: Subject = { kind: 'token' };
const USER: Subject = { kind: 'user' };
const ROLES: Subject = { kind: 'role', isList: true };

/** First arguments, by command. */
const ARGUMENTS: Readonly<Record<string, Subject>> = {
  'bots:instances:add': BOT,
  'bots:instances:ls': BOT,
  'bots:instances:rm': { kind: 'bot_instance' },
  'bots:instances:show': { kind: 'bot_instance' },
  'bots:lock': BOT,
  'bots:rm': BOT,
  'bots:unlock': BOT,
  'bots:update': BOT,
  create: 'files',
  edit: 'refs',
  get: 'refs',
  rm: 'removable',
  'tokens:rm': TOKEN,
  'tokens:secret': TOKEN,
  update: 'ref',
  'users:reset': USER,
  'users:rm': { kind: 'user', isList: true },
  'users:update': USER,
};

const FILES = ['ca-file', 'config', 'data-dir', 'identity', 'otp-secret-out', 'out', 'password-file', 'static-jwks'];

/** Values of flags, whatever the command. */
const FLAGS: Readonly<Record<string, Subject>> = {
  ...Object.fromEntries(FILES.map((flag) => [flag, 'files' as const])),
  'add-roles': ROLES,
  'bot-name': BOT,
  'join-token': TOKEN,
  role: { kind: 'role' },
  roles: ROLES,
  'set-roles': ROLES,
  token: TOKEN,
  type: 'system-roles',
  user: USER,
};

/** What may follow on a line, all of it: what does not begin like the word under the cursor is left out later. */
export async function candidatesAt(
  place: Place,
  word: string,
  table: CommandTable,
  namesOf: NamesOf,
): Promise<Completion> {
  switch (place.kind) {
    case 'command':
      return nextWords(place.words, table);
    case 'flag-name':
      return flagNames(place.command, place.given, table);
    case 'flag-value': {
      const { command, flag, lead } = place;
      const options = flagsOf(command, table)[flag]?.options;
      const values =
        options?.map((value) => ({ value })) ??
        (await valuesOf(subjectOf(flag, command), word.slice(lead.length), namesOf));
      return values === 'files' ? values : values.map((each) => ({ ...each, value: `${lead}${each.value}` }));
    }
    case 'argument':
      return place.at === 0 ? valuesOf(ARGUMENTS[place.command], word, namesOf) : [];
    case 'unknown':
      return [];
  }
}

function subjectOf(flag: string, command = ''): Subject | undefined {
  if (flag === 'roles' && command.startsWith('tokens:')) return 'system-roles';
  if (flag === 'user' && command === 'login') return undefined; // before a login nothing can be asked
  return FLAGS[flag];
}

async function valuesOf(subject: Subject | undefined, word: string, namesOf: NamesOf): Promise<Completion> {
  if (subject === undefined || subject === 'files') return subject ?? [];
  if (typeof subject === 'object' && !subject.isList) return (await namesOf(subject.kind)).map((value) => ({ value }));
  if (subject === 'ref' || subject === 'removable') return references(word, subject === 'removable', namesOf);
  const head = word.slice(0, word.lastIndexOf(',') + 1);
  const taken = head.split(',');
  const items = await listItems(subject, word.slice(head.length), namesOf);
  return items
    .filter(({ value }) => !taken.includes(value))
    .map((item) => ({ ...item, value: `${head}${item.value}` }));
}

async function listItems(
  subject: Exclude<Subject, 'files'>,
  item: string,
  namesOf: NamesOf,
): Promise<readonly Candidate[]> {
  if (subject === 'system-roles') {
    const { SYSTEM_ROLES } = await import('../resources/index.js');
    return SYSTEM_ROLES.map((role) => ({ value: role.toLowerCase() }));
  }
  if (typeof subject === 'object') return (await namesOf(subject.kind)).map((value) => ({ value }));
  return references(item, false, namesOf);
}

/** `kind` and `kind/`, then `kind/NAME`. @param isRemoval only what can be removed, one at a time */
async function references(word: string, isRemoval: boolean, namesOf: NamesOf): Promise<readonly Candidate[]> {
  const { kinds } = await import('../resources/index.js');
  const slash = word.indexOf('/');
  if (slash >= 0) {
    const written = word.slice(0, slash);
    const found = kinds.find(({ kind, aliases }) => [kind, ...aliases].includes(written.toLowerCase()));
    const names = found === undefined || found.singleton ? [] : await namesOf(found.kind);
    return names.map((name) => ({ value: `${written}/${name}` }));
  }
  const fitting = kinds.filter(({ verbs }) => (isRemoval ? verbs.remove : verbs.get || verbs.list));
  const spelt = fitting.flatMap(({ kind, aliases, singleton, verbs }) => {
    const name = kind.startsWith(word) ? kind : aliases.find((alias) => alias.startsWith(word));
    if (name === undefined) return [];
    const isWhole = singleton || (!isRemoval && verbs.list);
    return [...(isWhole ? [name] : []), ...(singleton ? [] : [`${name}/`])];
  });
  return spelt.map((value) => ({ value }));
}
