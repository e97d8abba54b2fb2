import { create } from '@bufbuild/protobuf';
import type { Duration } from '@bufbuild/protobuf/wkt';
import { type Bot, type Trait, TraitSchema } from '../../gen/teleport/machineid/v1/bot_pb.js';
import { type RoleV6, RoleV6Schema } from '../../gen/types/roles_pb.js';
import { MFADeviceKind, type UserV2, UserV2Schema } from '../../gen/types/users_pb.js';
import { type StringValues, StringValuesSchema } from '../../gen/wrappers/wrappers_pb.js';
import { botResourceName } from '../../resources/index.js';
import { DEFAULT_BOT_SESSION_TTL, withRoleDefaults } from '../../resources/kinds/index.js';

/** On a bot's user and role: the bot's name as given, which may hold spaces. */
export const BOT_LABEL = 'teleport.internal/bot';
/** On a bot's user: counts renewals of its certificates, to notice a copied one. */
export const GENERATION_LABEL = 'teleport.internal/bot-generation';

const NANOSECONDS_PER_SECOND = 1_000_000_000n;
/** Longest session of a role whose own value is 0 or negative (wire §5.5). */
const DEFAULT_ROLE_TTL = 30n * 3600n * NANOSECONDS_PER_SECOND;
/** What fits the field. */
const LONGEST_TTL = 2n ** 63n - 1n;

/** The user of a new bot (wire §6.1); the author is filled in by whoever stores it. */
export function botUser(bot: Bot): UserV2 {
  const name = bot.metadata?.name ?? '';
  return create(UserV2Schema, {
    kind: 'user',
    version: 'v2',
    metadata: {
      name: botResourceName(name),
      namespace: 'default',
      description: bot.metadata?.description ?? '',
      labels: { ...bot.metadata?.labels, [BOT_LABEL]: name, [GENERATION_LABEL]: '0' },
      expires: bot.metadata?.expires,
    },
    spec: { roles: [botResourceName(name)], traits: { labels: traitMap(bot.spec?.traits ?? []) } },
    status: { mfaWeakestDevice: MFADeviceKind.MFA_DEVICE_KIND_UNSET },
  });
}

/** The role of a new bot (wire §6.1): what it may impersonate, and the rest by default. */
export function botRole(bot: Bot, version: 'v7' | 'v8'): RoleV6 {
  const name = bot.metadata?.name ?? '';
  const ttl = bot.spec?.maxSessionTtl;
  return withRoleDefaults(
    create(RoleV6Schema, {
      kind: 'role',
      version,
      metadata: {
        name: botResourceName(name),
        namespace: 'default',
        description: `Automatically generated role for bot ${name}`,
        labels: { [BOT_LABEL]: name },
        expires: bot.metadata?.expires,
      },
      spec: {
        options: { maxSessionTtl: ttl === undefined ? DEFAULT_BOT_SESSION_TTL * NANOSECONDS_PER_SECOND : roleTtl(ttl) },
        allow: {
          rules: [{ resources: ['cert_authority'], verbs: ['readnosecrets'] }],
          impersonate: { roles: bot.spec?.roles ?? [] },
        },
        deny: {},
      },
    }),
  );
}

/** A role's `max_session_ttl` in nanoseconds; 30 h where the duration is absent, 0 or negative. One too long to be told is cut. */
export function roleTtl(duration: Duration | undefined): bigint {
  if (duration === undefined) return DEFAULT_ROLE_TTL;
  const nanoseconds = duration.seconds * NANOSECONDS_PER_SECOND + BigInt(duration.nanos);
  if (nanoseconds <= 0n) return DEFAULT_ROLE_TTL;
  return nanoseconds < LONGEST_TTL ? nanoseconds : LONGEST_TTL;
}

/** A user's traits as a bot's spec lists them, by name. */
export function traitsOf(user: UserV2): Trait[] {
  return Object.entries(user.spec?.traits?.labels ?? {}).map(([name, { values }]) =>
    create(TraitSchema, { name, values }),
  );
}

/** Traits by name: values of one name are put together, names without values left out. */
function traitMap(traits: readonly Trait[]): Record<string, StringValues> {
  const byName = new Map<string, string[]>();
  for (const { name, values } of traits) {
    if (values.length > 0) byName.set(name, [...(byName.get(name) ?? []), ...values]);
  }
  return Object.fromEntries([...byName].map(([name, values]) => [name, create(StringValuesSchema, { values })]));
}
