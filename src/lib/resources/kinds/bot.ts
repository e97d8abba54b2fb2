import { clone, create } from '@bufbuild/protobuf';
import { DurationSchema } from '@bufbuild/protobuf/wkt';
import { type Bot, BotSchema } from '../../gen/teleport/machineid/v1/bot_pb.js';
import { validateMetadata } from '../metadata.js';
import type { FieldProblem } from '../problems.js';
import { defineProtoKind } from '../proto-kind.js';

/** How long a bot's certificates may live unless the bot says otherwise, in seconds. */
export const DEFAULT_BOT_SESSION_TTL = 43_200n;

/** Bots read and print as protojson, the form of 18.2.3 and later. */
export const botKind = defineProtoKind('bot', {
  schema: BotSchema,
  withDefaults: withBotDefaults,
  validate: validateBot,
});

/** A copy with kind, version and session lifetime filled in (wire §5.2). The server fills in the same. */
function withBotDefaults(bot: Bot): Bot {
  const copy = clone(BotSchema, bot);
  copy.kind ||= 'bot';
  copy.version ||= 'v1';
  if (copy.spec) copy.spec.maxSessionTtl ??= create(DurationSchema, { seconds: DEFAULT_BOT_SESSION_TTL });
  return copy;
}

/** Every rule that a bot must keep, apart from the existence of its roles (wire §5.2). */
function validateBot(bot: Bot): FieldProblem[] {
  const problems = validateMetadata(bot.metadata && { ...bot.metadata, name: bot.metadata.name.replaceAll(' ', '-') });
  if (!bot.spec) return [...problems, { path: ['spec'], message: 'this is required' }];
  bot.spec.roles.forEach((role, index) => {
    if (role === '') problems.push({ path: ['spec', 'roles', index], message: 'a role name must not be empty' });
  });
  return problems;
}
