import { string as stringArg } from '@oclif/core/args';
import { BaseCommand, formatFlag, instanceAliases, mayColour, resultText } from '../../../lib/cli/index.js';

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
    const { parseInstanceId, readBotInstance, tellsHealth } = await import('../../../lib/actions/index.js');
    const id = parseInstanceId(args.id);
    const { instance, withHealth } = await this.withClient(flags, async (client) => ({
      instance: await readBotInstance(id, { client }),
      withHealth: await tellsHealth({ client }),
    }));

    const [{ botInstanceText, botInstanceHealthText }, { loadKind }, { coloured }] = await Promise.all([
      import('../../../lib/output/views/index.js'),
      import('../../../lib/resources/index.js'),
      import('../../../lib/output/color.js'),
    ]);
    const kind = await loadKind('bot_instance');
    const isColoured = mayColour(this.io.stdoutIsTerminal, this.io.env);
    const text = withHealth
      ? botInstanceHealthText(instance, (colour) => coloured('\u25CF', colour, isColoured))
      : botInstanceText(instance);
    this.io.out(await resultText(flags.format, { text, document: kind.toDocument(instance) }));
  }
}
