import { string as stringArg } from '@oclif/core/args';
import { BaseCommand, formatFlag, removedLine, resultText } from '../lib/cli/index.js';

export default class Rm extends BaseCommand {
  static override summary = 'Remove a resource';
  static override description =
    'Cluster-wide settings such as cluster_auth_preference cannot be removed; they go back to their defaults.';
  static override hiddenAliases = ['del', 'delete'];
  static override examples = ['<%= config.bin %> rm token/example', '<%= config.bin %> rm bot/example'];
  static override args = {
    resource: stringArg({ required: true, ignoreStdin: true, description: 'What to remove, as KIND/NAME' }),
  };
  static override flags = { format: formatFlag(['text', 'json', 'yaml']) };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Rm);
    const [{ removeResource, requireRemovable }, { parseRef }] = await Promise.all([
      import('../lib/actions/index.js'),
      import('../lib/resources/index.js'),
    ]);
    const ref = parseRef(args.resource);
    requireRemovable(ref);
    const outcome = await this.withClient(flags, (client) => removeResource(ref, { client }));
    const document = { kind: ref.kind, name: ref.name ?? ref.kind, result: outcome };
    this.io.out(await resultText(flags.format, { text: removedLine(ref, outcome), document }));
  }
}
