import { string as stringArg } from '@oclif/core/args';
import { BaseCommand, formatFlag, instanceAliases, resultText } from '../../../lib/cli/index.js';

export default class BotsInstancesShow extends BaseCommand {
  static override summary = 'Show one agent of a bot: how it joined, its newest renewal and heartbeat';
  static override hiddenAliases = instanceAliases('show', 'get', 'describe');
  static override examples = [
    '<%= config.bin %> bots instances show example/7c5e0c1e-3b7b-4a54-8bb7-8a6a2f0d3d11',
    '<%= config.bin %> bots instances show example/7c5e0c1e-3b7b-4a54-8bb7-8a6a2f0d3d11 --format=yaml',
  ];
  static override args = {
    id: stringArg({ required: true, ignoreStdin: true, description: 'BOT/ID, as "tctl bots instances ls" prints it' }),
  };
  static override flags = { format: formatFlag(['text', 'json', 'yaml']) };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(BotsInstancesShow);
    const { parseInstanceId, readBotInstance } = await import('../../../lib/actions/index.js');
    const id = parseInstanceId(args.id);
    const instance = await this.withClient(flags, (client) => readBotInstance(id, { client }));

    const [{ botInstanceText }, { loadKind }] = await Promise.all([
      import('../../../lib/output/views/index.js'),
      import('../../../lib/resources/index.js'),
    ]);
    const kind = await loadKind('bot_instance');
    this.io.out(
      await resultText(flags.format, { text: botInstanceText(instance), document: kind.toDocument(instance) }),
    );
  }
}
