import { string as stringArg } from '@oclif/core/args';
import { string } from '@oclif/core/flags';
import {
  BaseCommand,
  botFacts,
  botInstructions,
  durationMs,
  formatFlag,
  instanceAliases,
  resultText,
} from '../../../lib/cli/index.js';

export default class BotsInstancesAdd extends BaseCommand {
  static override summary = 'Make a join token for one more agent of a bot';
  static override description = 'Prints the tbot command that joins with it.';
  static override hiddenAliases = instanceAliases('add', 'join');
  static override examples = [
    '<%= config.bin %> bots instances add example',
    '<%= config.bin %> bots instances add example --ttl=15m --format=json',
  ];
  static override args = {
    name: stringArg({ required: true, ignoreStdin: true, description: 'Name of the bot' }),
  };
  static override flags = {
    token: string({ helpValue: 'NAME', summary: 'Use this join token instead of making one' }),
    ttl: string({ helpValue: 'DURATION', summary: 'Life of the new join token, 1h unless given' }),
    format: formatFlag(['text', 'json', 'yaml']),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(BotsInstancesAdd);
    const wanted = { name: args.name, token: flags.token, tokenTtlMs: durationMs('ttl', flags.ttl) };
    const [added, place] = await this.withClient(
      flags,
      (client, { addBotInstance, joinPlace }) =>
        Promise.all([
          addBotInstance(wanted, { client, now: this.now() }),
          flags.format === 'text' ? joinPlace({ client }) : undefined,
        ]),
      () => import('../../../lib/actions/index.js'),
    );

    if (place) this.warnAbout(place.problems);
    const text = place ? botInstructions(added, place, this.now()) : '';
    this.io.out(await resultText(flags.format, { text, document: botFacts(added, this.now()) }));
  }
}
