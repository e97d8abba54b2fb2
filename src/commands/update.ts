import { string as stringArg } from '@oclif/core/args';
import { string } from '@oclif/core/flags';
import { BaseCommand, durationMs, formatFlag, parseLabels, resultText, UsageError } from '../lib/cli/index.js';

export default class Update extends BaseCommand {
  static override summary = 'Change labels and life of a remote cluster';
  static override description = 'Other kinds are changed with "tctl edit" or "tctl create -f".';
  static override examples = [
    '<%= config.bin %> update remote_cluster/example.com --set-labels=env=prod,team=ci',
    '<%= config.bin %> update rc/example.com --set-ttl=24h',
  ];
  static override args = {
    resource: stringArg({ required: true, ignoreStdin: true, description: 'What to change, as remote_cluster/NAME' }),
  };
  static override flags = {
    'set-labels': string({ helpValue: 'KEY=VALUE,...', summary: 'Replace all labels; empty clears them' }),
    'set-ttl': string({ helpValue: 'DURATION', summary: 'Let it expire after this time' }),
    format: formatFlag(['text', 'json', 'yaml']),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(Update);
    const { 'set-labels': labels, 'set-ttl': ttl } = flags;
    const ttlMs = durationMs('set-ttl', ttl);
    if (labels === undefined && ttlMs === undefined) {
      throw new UsageError('nothing to change: give --set-labels or --set-ttl', { commandId: 'update' });
    }
    const [{ requireUpdatable, updateMetadata }, { parseRef }] = await Promise.all([
      import('../lib/actions/index.js'),
      import('../lib/resources/index.js'),
    ]);
    const ref = parseRef(args.resource);
    requireUpdatable(ref);
    const name = ref.name ?? '';
    const change = {
      ...(labels !== undefined && { labels: parseLabels('set-labels', labels) }),
      ...(ttlMs !== undefined && { expires: new Date(this.now().getTime() + ttlMs) }),
    };
    await this.withClient(flags, (client) => updateMetadata(name, change, { client }));
    const document = { kind: ref.kind, name, result: 'updated' };
    this.io.out(await resultText(flags.format, { text: `cluster ${name} has been updated\n`, document }));
  }
}
