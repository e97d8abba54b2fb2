import { UsageError } from './usage-error.js';

/** @throws UsageError unless a bot is named where, and only where, the token is for one. */
export function requireBotName(roles: readonly string[], botName: string | undefined): void {
  const commandId = 'tokens:add';
  const forBot = roles.includes('Bot');
  if (forBot && !botName) {
    throw new UsageError('a token of the type bot belongs to one bot: --bot-name is missing', {
      commandId,
      hint: 'Name it with --bot-name=NAME, or use "tctl bots add NAME", which makes the bot as well',
    });
  }
  if (!forBot && botName !== undefined) throw new UsageError('--bot-name goes with --type=bot', { commandId });
}

/** @throws UsageError for a join method that goes by rules, which no flag of `tokens add` gives. */
export function methodWithoutRules(method: string): 'token' | 'bound_keypair' {
  if (method === 'token' || method === 'bound_keypair') return method;
  throw new UsageError(`a token of the method ${method} needs rules that say who may join`, {
    commandId: 'tokens:add',
    hint: `Give them to "tctl tokens configure ${method}", which creates the token with --apply`,
  });
}

/** A moment as Go prints it: no zeros at the end of the fraction. */
export function rfc3339(moment: Date): string {
  return moment.toISOString().replace(/\.?0+Z$/, 'Z');
}
