import { string } from '@oclif/core/flags';
import { BaseCommand, formatFlag } from '../../lib/cli/index.js';

const version = (summary: string) => string({ helpValue: 'VERSION', summary });

export default class InventoryLs extends BaseCommand {
  static override summary = 'List the auth services, proxies and agents of the cluster';
  static override description = 'Bots are not among them: "tctl bots instances ls" lists those.';
  static override hiddenAliases = ['inventory:list'];
  static override examples = [
    '<%= config.bin %> inventory ls',
    '<%= config.bin %> inventory ls --services=node,kube --older-than=18.1.0',
    '<%= config.bin %> inventory ls --upgrader=none --format=json',
  ];
  static override flags = {
    'older-than': version('Only those that are older'),
    'newer-than': version('Only those that are newer'),
    'exact-version': version('Only those of this version'),
    services: string({ helpValue: 'LIST', summary: 'Only those with one of these services: node, kube, proxy, …' }),
    upgrader: string({ helpValue: 'kube|unit|none', summary: 'Only those with this updater; "none": without one' }),
    'update-group': string({ helpValue: 'NAME', summary: 'Only those of this update group' }),
    format: formatFlag(['text', 'json', 'yaml']),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(InventoryLs);
    const query = {
      olderThan: flags['older-than'],
      newerThan: flags['newer-than'],
      exactVersion: flags['exact-version'],
      services: flags.services,
      upgrader: flags.upgrader,
      updateGroup: flags['update-group'],
    };
    const instances = await this.withClient(
      flags,
      (client, { listInstances }) => listInstances(query, { client }),
      () => import('../../lib/actions/index.js'),
    );

    const { instancesDocuments, instancesTable } = await import('../../lib/output/views/index.js');
    if (flags.format === 'text') {
      this.io.out(instancesTable(instances));
      return;
    }
    const { formatJson, formatYamlList } = await import('../../lib/output/index.js');
    const documents = instancesDocuments(instances);
    this.io.out(flags.format === 'json' ? `${formatJson(documents)}\n` : formatYamlList(documents));
  }
}
