import { string as stringArg } from '@oclif/core/args';
import { BaseCommand, formatFlag, resultText } from '../../lib/cli/index.js';
import { goQuote } from '../../lib/util/go-quote.js';

export default class BotsRm extends BaseCommand {
  static override summary = 'Remove a bot with its user and role';
  static override description = 'Its join tokens and locks stay: see "tctl tokens ls" and "tctl get locks".';
  static override hiddenAliases = ['bot:rm'];
  static override examples = ['<%= config.bin %> bots rm example'];
  static override args = {
    name: stringArg({ required: true, ignoreStdin: true, description: 'Name of the bot' }),
  };
  static override flags = { format: formatFlag(['text', 'json', 'yaml']) };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(BotsRm);
    const bot = { kind: 'bot', name: args.name, text: `bot/${args.name}` };
    await this.withClient(
      flags,
      (client, { removeResource }) => removeResource(bot, { client }),
      () => import('../../lib/actions/index.js'),
    );

    const text = `Bot ${goQuote(args.name)} deleted successfully.\n`;
    const document = { kind: 'bot', name: args.name, result: 'deleted' };
    this.io.out(await resultText(flags.format, { text, document }));
  }
}
