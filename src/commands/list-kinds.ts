import { boolean } from '@oclif/core/flags';
import { BaseCommand, formatFlag, resultText } from '../lib/cli/index.js';

export default class ListKinds extends BaseCommand {
  static override summary = 'List the kinds of resources, and the commands for each; needs no cluster';
  static override hiddenAliases = ['api-resources'];
  static override examples = ['<%= config.bin %> list-kinds', '<%= config.bin %> list-kinds --wide'];
  static override flags = {
    wide: boolean({ summary: 'Also show other names and the versions that documents may have' }),
    format: formatFlag(['text', 'json', 'yaml']),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(ListKinds);
    const [{ KIND_SUMMARIES, KINDS_WITH_SECOND_FACTOR, kinds }, { kindsTable }] = await Promise.all([
      import('../lib/resources/index.js'),
      import('../lib/output/views/index.js'),
    ]);
    const documents = kinds.map(({ kind, aliases, singleton, verbs, versions }) => ({
      kind,
      commands: [
        ...(verbs.get || verbs.list ? ['get'] : []),
        ...(verbs.create ? ['create', 'edit'] : []),
        ...(verbs.remove ? ['rm'] : []),
        ...(kind === 'remote_cluster' ? ['update'] : []),
      ],
      singleton,
      mfa: KINDS_WITH_SECOND_FACTOR.has(kind),
      description: KIND_SUMMARIES[kind] ?? '',
      aliases,
      versions: versions.filter((version) => version !== ''),
    }));
    const text = kindsTable(documents, { wide: flags.wide });
    this.io.out(await resultText(flags.format, { text, document: documents }));
  }
}
