import { string } from '@oclif/core/flags';
import { BaseCommand, durationMs, requireBotName, tokenInstructions } from '../../lib/cli/index.js';

const DEFAULT_TTL_MS = 30 * 60 * 1000;

export default class NodesAdd extends BaseCommand {
  static override summary = 'Make a join token for SSH servers';
  static override description = '"tctl tokens add" does the same, and has labels, bots and more forms of output.';
  static override examples = ['<%= config.bin %> nodes add', '<%= config.bin %> nodes add --ttl=15m --format=json'];
  static override flags = {
    roles: string({ default: 'node', helpValue: 'TYPE,...', summary: 'Services that may join' }),
    ttl: string({ helpValue: 'DURATION', summary: 'Life of the token, 30m unless given' }),
    token: string({ helpValue: 'NAME', summary: 'Name of the token, which is its secret; random unless given' }),
    format: string({
      options: ['text', 'json'],
      default: 'text',
      helpValue: 'text|json',
      summary: 'Form of the output, JSON being a list of the one token',
    }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(NodesAdd);
    const actions = await import('../../lib/actions/index.js');
    const roles = actions.parseSystemRoles(flags.roles);
    requireBotName(roles, undefined);
    const ttlMs = durationMs('ttl', flags.ttl) ?? DEFAULT_TTL_MS;
    const token = { roles, joinMethod: 'token' as const, value: flags.token, labels: {}, ttlMs };
    const [added, place] = await this.withClient(flags, (client) =>
      Promise.all([
        actions.addToken(token, { client, now: this.now() }),
        flags.format === 'text' ? actions.joinPlace({ client }, { pins: true }) : undefined,
      ]),
    );

    if (place) this.warnAbout(place.problems);
    this.io.out(place ? tokenInstructions(added, place, this.now()) : `${JSON.stringify([added.name])}\n`);
  }
}
