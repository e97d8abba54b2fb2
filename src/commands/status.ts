import { BaseCommand, formatFlag } from '../lib/cli/index.js';

export default class Status extends BaseCommand {
  static override summary = 'Show the cluster, its version and its certificate authorities';
  static override examples = ['<%= config.bin %> status', '<%= config.bin %> status --format=json'];
  static override flags = { format: formatFlag(['text', 'json', 'yaml']) };

  async run(): Promise<void> {
    const { flags } = await this.parse(Status);
    const loadOutput = () => Promise.all([import('../lib/output/index.js'), import('../lib/output/views/status.js')]);
    const status = await this.withClient(
      flags,
      async (client, { readStatus }) => (await Promise.all([readStatus({ client }), loadOutput()]))[0],
      () => import('../lib/actions/index.js'),
    );

    if (status.deniedTypes.length > 0) {
      const types = status.deniedTypes.join(', ');
      this.io.err(`WARNING: you may not read these certificate authorities, so they are left out: ${types}\n`);
    }
    const [{ formatJson, formatYaml }, { statusDocument, statusText }] = await loadOutput();
    if (flags.format === 'text') this.io.out(statusText(status, { allClusters: flags.debug }));
    else if (flags.format === 'json') this.io.out(`${formatJson(statusDocument(status))}\n`);
    else this.io.out(formatYaml(statusDocument(status)));
  }
}
