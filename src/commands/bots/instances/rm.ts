import { string as stringArg } from '@oclif/core/args';
import { BaseCommand, formatFlag, instanceAliases, removedLine, resultText } from '../../../lib/cli/index.js';

export default class BotsInstancesRm extends BaseCommand {
  static override summary = 'Remove the record of one agent of a bot';
  static override description =
    'This does not shut the agent out: its certificates stay good, and it may come back as a new instance. To shut it ' +
    'out, lock it: "tctl lock --bot-instance-id=ID".';
  static override hiddenAliases = instanceAliases('rm', 'del', 'delete');
  static override examples = ['<%= config.bin %> bots instances rm example/7c5e0c1e-3b7b-4a54-8bb7-8a6a2f0d3d11'];
  static override args = {
    id: stringArg({ required: true, ignoreStdin: true, description: 'BOT/ID, as "tctl bots instances ls" prints it' }),
  };
  static override flags = { format: formatFlag(['text', 'json', 'yaml']) };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(BotsInstancesRm);
    const { parseInstanceId, removeResource } = await import('../../../lib/actions/index.js');
    const { bot, id } = parseInstanceId(args.id);
    const ref = { kind: 'bot_instance', name: `${bot}/${id}`, text: args.id };
    const outcome = await this.withClient(flags, (client) => removeResource(ref, { client }));
    const document = { kind: ref.kind, name: ref.name, result: outcome };
    this.io.out(await resultText(flags.format, { text: removedLine(ref, outcome), document }));
  }
}
