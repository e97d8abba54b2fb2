import { string as stringArg } from '@oclif/core/args';
import { boolean } from '@oclif/core/flags';
import { BaseCommand, formatFlag, resultText, stillLocked, unlockDocument, unlockText } from '../../lib/cli/index.js';

export default class BotsUnlock extends BaseCommand {
  static override summary = 'Find the locks that keep a bot out, say why each was made, and remove them';
  static override description =
    'Looks for locks on the user and the role of the bot, on its instances, its join tokens and the roles that it may act ' +
    'with, among them those that the cluster made itself after it saw signs of a copied identity. A lock that keeps others ' +
    'out too is shown and stays.';
  static override hiddenAliases = ['bot:unlock'];
  static override examples = [
    '<%= config.bin %> bots unlock example --dry-run',
    '<%= config.bin %> bots unlock example',
    '<%= config.bin %> bots unlock example --format=json',
  ];
  static override args = {
    name: stringArg({ required: true, ignoreStdin: true, description: 'Name of the bot' }),
  };
  static override flags = {
    'dry-run': boolean({ summary: 'Show the locks and remove none' }),
    format: formatFlag(['text', 'json', 'yaml']),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(BotsUnlock);
    const bot = args.name;
    const found = await this.withClient(
      flags,
      async (client, { findBotLocks, removeBotLocks }) => {
        const locks = await findBotLocks(bot, { client });
        if (!flags['dry-run']) await removeBotLocks(locks.own, { client });
        return locks;
      },
      () => import('../../lib/actions/index.js'),
    );

    for (const problem of found.problems) this.io.err(`WARNING: ${problem}\n`);
    const report = { bot, dryRun: flags['dry-run'], ...found };
    this.io.out(await resultText(flags.format, { text: unlockText(report), document: unlockDocument(report) }));
    const error = stillLocked(report);
    if (error) throw error;
  }
}
