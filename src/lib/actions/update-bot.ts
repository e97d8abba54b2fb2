import { clone } from '@bufbuild/protobuf';
import { durationFromMs } from '@bufbuild/protobuf/wkt';
import type { Client } from '../client/index.js';
import { type Bot, BotSchema } from '../gen/teleport/machineid/v1/bot_pb.js';
import { CodedError } from '../util/coded-error.js';
import { formatGoDuration } from '../util/duration.js';
import type { FieldChange } from './field-change.js';
import { namingWhatIsMissing } from './missing.js';
import { requireRoles } from './missing-roles.js';

/** What a bot is to have. What is not given stays; an empty list clears. */
export interface BotUpdate {
  setRoles?: string[];
  addRoles: string[];
  setLogins?: string[];
  addLogins: string[];
  maxSessionTtlSeconds?: number;
}

type Field = 'roles' | 'logins' | 'max_session_ttl';
type BotChange = FieldChange & { field: Field };

/**
 * Changes a bot; sends nothing when it is already so.
 * @returns what has changed.
 * @throws CodedError `not_found` for the bot, or a role that it is to get.
 */
export async function updateBot(
  name: string,
  update: BotUpdate,
  { client }: { client: Client },
): Promise<FieldChange[]> {
  const bot = await namingWhatIsMissing({ kind: 'bot', name, client }, () => client.bots.get(name));
  const wanted = wantedBot(bot, update);
  const changes = changesBetween(bot, wanted);
  const roles = changes.find(({ field }) => field === 'roles');
  if (roles) {
    await requireRoles(
      roles.after.filter((role) => !roles.before.includes(role)),
      { client },
    );
  }
  if (changes.length > 0) {
    await client.bots.update(
      wanted,
      changes.map(({ field }) => PATHS[field]),
    );
  }
  return changes;
}

const PATHS: Record<Field, string> = {
  roles: 'spec.roles',
  logins: 'spec.traits',
  max_session_ttl: 'spec.max_session_ttl',
};

/** The bot as it is to be: lists sorted, each item once, as the real tool stores them (cli §10.3). */
function wantedBot(bot: Bot, { setRoles, addRoles, setLogins, addLogins, maxSessionTtlSeconds }: BotUpdate): Bot {
  const wanted = clone(BotSchema, bot);
  const { spec } = wanted;
  if (!spec) throw new CodedError('bad_answer', 'the server answered with half a bot');
  if (setRoles || addRoles.length > 0) spec.roles = sorted([...(setRoles ?? spec.roles), ...addRoles]);
  if (setLogins || addLogins.length > 0) {
    const logins = sorted([...(setLogins ?? loginsOf(bot)), ...addLogins]);
    const others = spec.traits.filter((trait) => trait.name !== 'logins');
    spec.traits = [...others, { $typeName: 'teleport.machineid.v1.Trait', name: 'logins', values: logins }];
  }
  if (maxSessionTtlSeconds !== undefined) spec.maxSessionTtl = durationFromMs(maxSessionTtlSeconds * 1000);
  return wanted;
}

function changesBetween(before: Bot, after: Bot): BotChange[] {
  const fields: BotChange[] = [
    { field: 'roles', before: sorted(before.spec?.roles ?? []), after: sorted(after.spec?.roles ?? []) },
    { field: 'logins', before: sorted(loginsOf(before)), after: sorted(loginsOf(after)) },
    { field: 'max_session_ttl', before: [sessionTtl(before)], after: [sessionTtl(after)] },
  ];
  return fields.filter((field) => field.before.join('\n') !== field.after.join('\n'));
}

function loginsOf({ spec }: Bot): string[] {
  return (spec?.traits ?? []).filter(({ name }) => name === 'logins').flatMap(({ values }) => values);
}

function sessionTtl({ spec }: Bot): string {
  const { seconds = 0n, nanos = 0 } = spec?.maxSessionTtl ?? {};
  return formatGoDuration(seconds * 1_000_000_000n + BigInt(nanos));
}

function sorted(items: readonly string[]): string[] {
  return [...new Set(items)].sort();
}
