import { string as stringArg } from '@oclif/core/args';
import { string } from '@oclif/core/flags';
import { BaseCommand } from '../../lib/cli/index.js';

export default class TokensSecret extends BaseCommand {
  static override summary = 'Print the secret that a machine needs to join with a token';
  static override description =
    'For a bound_keypair token that is its registration secret; for a token of method "token", its name.';
  static override examples = [
    '<%= config.bin %> tokens secret example',
    '<%= config.bin %> tokens secret example --out=registration-secret',
  ];
  static override args = {
    token: stringArg({ required: true, ignoreStdin: true, description: 'Name of the token' }),
  };
  static override flags = {
    out: string({
      helpValue: 'FILE',
      summary: 'Write it to this file, which only you can read, instead of printing it',
    }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(TokensSecret);
    const secret = await this.withClient(
      flags,
      (client, { readTokenSecret }) => readTokenSecret(args.token, { client }),
      () => import('../../lib/actions/index.js'),
    );

    if (flags.out === undefined) {
      this.io.out(`${secret}\n`);
      return;
    }
    const { writeFileAtomic } = await import('../../lib/util/atomic-file.js');
    await writeFileAtomic(flags.out, `${secret}\n`, { mode: 0o600 });
    this.io.err(`The secret of token ${args.token} is in ${flags.out}\n`);
  }
}
