import { string as stringArg } from '@oclif/core/args';
import { string } from '@oclif/core/flags';
import { BaseCommand, durationMs, formatFlag, linkInstructions, resultText } from '../../lib/cli/index.js';

export default class UsersReset extends BaseCommand {
  static override summary = "Take back a user's password and second factors, and make a link for setting new ones";
  static override examples = ['<%= config.bin %> users reset alice', '<%= config.bin %> users reset alice --ttl=1h'];
  static override args = {
    account: stringArg({ required: true, ignoreStdin: true, description: 'Name of the user' }),
  };
  static override flags = {
    ttl: string({ helpValue: 'DURATION', summary: 'Life of the link, 8h unless given, at most 24h' }),
    format: formatFlag(['text', 'json', 'yaml']),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(UsersReset);
    const link = await this.withClient(
      flags,
      (client, { resetUser }) => resetUser({ name: args.account, ttlMs: durationMs('ttl', flags.ttl) }, { client }),
      () => import('../../lib/actions/index.js'),
    );

    const text = linkInstructions(link, 'reset', this.now());
    this.io.out(await resultText(flags.format, { text, document: link.document }));
  }
}
