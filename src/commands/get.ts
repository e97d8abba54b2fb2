import { string as stringArg } from '@oclif/core/args';
import { boolean, string } from '@oclif/core/flags';
import { BaseCommand, formatFlag, UsageError } from '../lib/cli/index.js';

export default class Get extends BaseCommand {
  static override summary = 'Show resources';
  static override description =
    'A resource is named KIND/NAME, for example token/example; KIND alone stands for all of the kind, and a comma ' +
    'separates several. JSON and YAML hold the names of tokens, which may be secrets.';
  static override examples = [
    '<%= config.bin %> get token/example --format=json',
    '<%= config.bin %> get bots --format=text',
    '<%= config.bin %> get role/access,bot/example',
  ];
  static override args = {
    resources: stringArg({
      required: true,
      ignoreStdin: true,
      description: 'What to show: KIND, KIND/NAME or a comma list',
    }),
  };
  static override flags = {
    format: formatFlag(['yaml', 'json', 'text']),
    'with-secrets': boolean({ summary: 'Include private keys and other secrets of certificate authorities and users' }),
    verbose: boolean({ char: 'v', summary: 'Do not shorten the cells of tables' }),
    namespace: string({ hidden: true, default: 'default', summary: 'Ignored' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Get);
    const [actions, { parseRefs }] = await Promise.all([
      import('../lib/actions/index.js'),
      import('../lib/resources/index.js'),
    ]);
    const all = args.resources === 'all';
    const refs = all ? actions.allRefs() : parseRefs(args.resources);
    if (refs.length !== 1 && flags.format !== 'yaml') {
      throw new UsageError('several references can only be shown as YAML', {
        commandId: 'get',
        hint: 'Ask for one kind at a time, or leave --format out',
      });
    }
    const withSecrets = flags['with-secrets'] || all;
    const found = await this.withClient(
      flags,
      (client) => actions.getResources({ refs, withSecrets }, { client }),
      () => import('../lib/output/index.js'),
    );

    const { formatYamlList, renderResources } = await import('../lib/output/index.js');
    const [only] = found;
    if (found.length === 1 && only) {
      const width = flags.verbose ? Number.POSITIVE_INFINITY : this.io.tableWidth;
      this.io.out(await renderResources(flags.format, only.definition, only.messages, { width }));
    } else {
      this.io.out(
        formatYamlList(
          found.flatMap(({ definition, messages }) => messages.map((message) => definition.toDocument(message))),
        ),
      );
    }
  }
}
