import { string as stringArg } from '@oclif/core/args';
import { BaseCommand, formatFlag, resultText } from '../../lib/cli/index.js';

export default class TokensRm extends BaseCommand {
  static override summary = 'Remove a join token';
  static override hiddenAliases = ['tokens:del'];
  static override examples = ['<%= config.bin %> tokens rm example'];
  static override args = {
    token: stringArg({ required: true, ignoreStdin: true, description: 'Name of the token' }),
  };
  static override flags = { format: formatFlag(['text', 'json', 'yaml']) };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(TokensRm);
    await this.withClient(flags, (client) => client.tokens.delete(args.token));
    const text = `Token ${args.token} has been deleted\n`;
    const document = { kind: 'token', name: args.token, result: 'deleted' };
    this.io.out(await resultText(flags.format, { text, document }));
  }
}
