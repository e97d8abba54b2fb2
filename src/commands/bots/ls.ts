import { BaseCommand, formatFlag } from '../../lib/cli/index.js';

export default class BotsLs extends BaseCommand {
  static override summary = 'List the bots';
  static override hiddenAliases = ['bot:ls'];
  static override examples = ['<%= config.bin %> bots ls', '<%= config.bin %> bots ls --format=json'];
  static override flags = { format: formatFlag(['text', 'json', 'yaml']) };

  async run(): Promise<void> {
    const { flags } = await this.parse(BotsLs);
    const bots = await this.withClient(
      flags,
      (client, { collect }) => collect(client.bots.list()),
      () => import('../../lib/actions/index.js'),
    );

    if (flags.format === 'text' && bots.length === 0) {
      this.io.out('No bots found\n');
      return;
    }
    if (flags.format === 'text') {
      const { botsTable } = await import('../../lib/output/views/index.js');
      this.io.out(botsTable(bots));
      return;
    }
    const [{ renderResources }, { loadKind }] = await Promise.all([
      import('../../lib/output/index.js'),
      import('../../lib/resources/index.js'),
    ]);
    this.io.out(await renderResources(flags.format, await loadKind('bot'), bots, { width: 80 }));
  }
}
