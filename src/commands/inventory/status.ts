import { boolean } from '@oclif/core/flags';
import { BaseCommand, formatFlag } from '../../lib/cli/index.js';

export default class InventoryStatus extends BaseCommand {
  static override summary =
    'Count the auth services, proxies and agents of the cluster by version, updater and service';
  static override examples = [
    '<%= config.bin %> inventory status',
    '<%= config.bin %> inventory status --connected -c /etc/teleport.yaml',
    '<%= config.bin %> inventory status --format=json',
  ];
  static override flags = {
    connected: boolean({
      summary: 'List those that are connected to this auth service; only on its own host',
    }),
    format: formatFlag(['text', 'json', 'yaml']),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(InventoryStatus);
    const { connected } = flags;
    const summary = await this.withClient(
      flags,
      (client, { inventoryStatus }) => inventoryStatus({ connected }, { client }),
      () => import('../../lib/actions/index.js'),
    );

    const { connectedTable, inventoryStatusDocument, inventoryStatusText } = await import(
      '../../lib/output/views/index.js'
    );
    if (flags.format === 'text') {
      this.io.out(connected ? connectedTable(summary) : inventoryStatusText(summary));
      return;
    }
    const { formatJson, formatYaml } = await import('../../lib/output/index.js');
    const document = inventoryStatusDocument(summary);
    this.io.out(flags.format === 'json' ? `${formatJson(document, 0)}\n` : formatYaml(document));
  }
}
