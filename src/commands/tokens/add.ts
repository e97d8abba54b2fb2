import { string } from '@oclif/core/flags';
import { BaseCommand, durationMs, parseLabels, tokenInstructions, UsageError } from '../../lib/cli/index.js';

const DEFAULT_TTL_MS = 30 * 60 * 1000;

export default class TokensAdd extends BaseCommand {
  static override summary = 'Make a join token for services';
  static override description = 'For a bot, "tctl bots add" makes the token along with the bot.';
  static override examples = [
    '<%= config.bin %> tokens add --type=node --ttl=15m',
    '<%= config.bin %> tokens add --type=app,db --labels=team=ci --format=json',
  ];
  static override flags = {
    type: string({
      required: true,
      helpValue: 'TYPE,...',
      summary: 'Services that may join: node, app, db, kube, proxy, …',
    }),
    value: string({ helpValue: 'SECRET', summary: 'The token itself; random unless given' }),
    labels: string({ helpValue: 'KEY=VALUE,...', summary: 'Labels of the token' }),
    ttl: string({ helpValue: 'DURATION', summary: 'Life of the token, 30m unless given' }),
    format: string({
      options: ['text', 'json', 'yaml'],
      helpValue: 'text|json|yaml',
      summary: 'Form of the output, text being the bare token; instructions unless given',
    }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(TokensAdd);
    const actions = await import('../../lib/actions/index.js');
    const roles = actions.parseSystemRoles(flags.type);
    if (roles.includes('Bot')) {
      throw new UsageError('a token with role "Bot" belongs to one bot, and this command has no way to name it', {
        hint: 'Use "tctl bots add NAME", or "tctl create" with a token whose spec has bot_name',
      });
    }
    const token = {
      roles,
      value: flags.value,
      labels: parseLabels('labels', flags.labels),
      ttlMs: durationMs('ttl', flags.ttl) ?? DEFAULT_TTL_MS,
    };
    const [added, place] = await this.withClient(flags, (client) =>
      Promise.all([
        actions.addToken(token, { client, now: this.now() }),
        flags.format === undefined ? actions.joinPlace({ client }, { pins: true }) : undefined,
      ]),
    );

    if (place) {
      this.warnAbout(place.problems);
      this.io.out(tokenInstructions(added, place, this.now()));
    } else if (flags.format === 'text') {
      this.io.out(`${added.name}\n`);
    } else {
      const { formatJson, formatYaml } = await import('../../lib/output/index.js');
      const facts = { expires: rfc3339(added.expires), roles: added.roles, token: added.name };
      this.io.out(flags.format === 'json' ? formatJson(facts, 1) : formatYaml(facts));
    }
  }
}

/** A moment as Go prints it: no zeros at the end of the fraction. */
function rfc3339(moment: Date): string {
  return moment.toISOString().replace(/\.?0+Z$/, 'Z');
}
