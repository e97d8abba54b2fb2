import { string as stringArg } from '@oclif/core/args';
import { BaseCommand, formatFlag, resultText } from '../../lib/cli/index.js';

export default class RequestRotation extends BaseCommand {
  static override summary = 'Have the agent of a bound_keypair token make a new key with its next renewal';
  static override examples = ['<%= config.bin %> bound-keypair request-rotation example'];
  static override args = {
    token: stringArg({ required: true, ignoreStdin: true, description: 'Name of the token' }),
  };
  static override flags = { format: formatFlag(['text', 'json', 'yaml']) };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(RequestRotation);
    await this.withClient(
      flags,
      (client, { requestRotation }) => requestRotation(args.token, { client, now: this.now() }),
      () => import('../../lib/actions/index.js'),
    );
    const text = `The agent of token ${args.token} will make a new key with its next renewal\n`;
    const document = { kind: 'token', name: args.token, result: 'rotation_requested' };
    this.io.out(await resultText(flags.format, { text, document }));
  }
}
