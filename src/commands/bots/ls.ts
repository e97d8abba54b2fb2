import { BaseCommand, formatFlag } from '../../lib/cli/index.js';

export default class BotsLs extends BaseCommand {
  static override summary = 'List the bots';
  static override hiddenAliases = ['bot:ls'];
  static override examples = ['<%= config.bin %> bots ls', '<%= config.bin %> bots ls --format=json'];
  static override flags = { format: formatFlag(['text', 'json', 'yaml']) };

  async run(): Promise<void> {
    const { flags } = await this.parse(BotsLs);
    const { collect } = await import('../../lib/actions/index.js');
    const bots = await this.withClient(flags, (client) => collect(client.bots.list()));

    if (flags.format === 'text' && bots.length === 0) {
      this.io.out('No bots found\n');
      return;
    }
    const [{ botsTable, renderResources }, { kindDefinition }] = await Promise.all([
      import('../../lib/output/index.js'),
      import('../../lib/resources/index.js'),
    ]);
    if (flags.format === 'text') this.io.out(botsTable(bots));
    else this.io.out(renderResources(flags.format, kindDefinition('bot'), bots, { width: 80 }));
  }
}
