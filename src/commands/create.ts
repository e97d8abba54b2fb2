import { string as stringArg } from '@oclif/core/args';
import { boolean, string } from '@oclif/core/flags';
import {
  BaseCommand,
  createDocuments,
  createError,
  createLines,
  progressBar,
  readInput,
  validLines,
} from '../lib/cli/index.js';

export default class Create extends BaseCommand {
  static override summary = 'Create resources from YAML or JSON documents';
  static override description =
    'Everything is read and checked before the first document is sent. Documents that need each other are sent in ' +
    'order, the others at once; one that fails does not stop the rest.';
  static override examples = [
    '<%= config.bin %> create bot.yaml',
    '<%= config.bin %> create -f token.yaml',
    '<%= config.bin %> get token/example | <%= config.bin %> create -f',
  ];
  static override args = {
    filename: stringArg({ ignoreStdin: true, description: 'File to read; standard input unless given' }),
  };
  static override flags = {
    force: boolean({ char: 'f', summary: 'Overwrite what exists' }),
    confirm: boolean({ hidden: true, summary: "Overwrite even what the cluster's configuration file sets" }),
    'dry-run': boolean({ summary: 'Check the documents and stop; needs no cluster' }),
    format: string({
      options: ['text', 'json', 'yaml'],
      default: 'text',
      helpValue: 'text|json|yaml',
      summary: 'Form of the results',
    }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Create);
    const { text, name } = await readInput(args.filename, this.io);
    const { readResources } = await import('../lib/resources/index.js');
    const resources = await readResources(text, name);
    if (flags['dry-run']) {
      this.io.out(validLines(resources));
      return;
    }

    const options = {
      force: flags.force,
      confirm: flags.confirm,
      onProgress: progressBar(resources.length, this.io),
    };
    const results = await this.withClient(
      flags,
      (client, { createResources }) => createResources(resources, options, { client }),
      () => import('../lib/actions/index.js'),
    );

    if (flags.format === 'text') {
      this.io.out(createLines(results));
    } else {
      const { formatJsonList, formatYaml } = await import('../lib/output/index.js');
      const documents = createDocuments(results);
      this.io.out(flags.format === 'json' ? formatJsonList(documents) : formatYaml(documents));
    }
    const error = createError(results);
    if (error) throw error;
  }
}
