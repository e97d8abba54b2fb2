import { string as stringArg } from '@oclif/core/args';
import { string } from '@oclif/core/flags';
import { BaseCommand, loadLogin } from '../../lib/cli/index.js';

export default class UsersAccept extends BaseCommand {
  static override summary = 'Set password and second factor with a link of "users add" or "users reset"';
  static override description =
    'Does what the page behind the link does, without a browser; no credentials are needed. At a terminal it asks for a ' +
    'password, shows the secret for an authenticator app, and asks for a code of the app. Without one, --password-file ' +
    'gives the password and --otp-secret-out takes the secret.';
  static override examples = [
    '<%= config.bin %> users accept https://proxy.example.com:443/web/invite/0123456789abcdef0123456789abcdef',
    '<%= config.bin %> users accept LINK --password-file=password --otp-secret-out=otp-secret',
  ];
  static override args = {
    link: stringArg({ required: true, ignoreStdin: true, description: 'The link' }),
  };
  static override flags = {
    'password-file': string({ helpValue: 'FILE', summary: 'Take the password from this file, - for standard input' }),
    'otp-secret-out': string({
      helpValue: 'FILE',
      summary:
        'Write the secret of the one-time passwords to this file, which only you can read, instead of showing it',
    }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(UsersAccept);
    const [{ acceptInvite, openInvite }, { inviteAnswers, inviteOptions }] = await Promise.all([
      import('../../lib/actions/index.js'),
      loadLogin(),
    ]);
    const invite = await openInvite(args.link, inviteOptions(flags, this.io));
    try {
      const answers = inviteAnswers(invite, flags, this.io, this.now);
      const { otp } = await acceptInvite(invite, answers);
      const factor = otp ? 'password and one-time passwords' : 'a password';
      this.io.out(`User "${invite.username}" of cluster ${invite.clusterName} has ${factor} now\n`);
      this.io.err(`Log in with "tctl login --proxy=${invite.proxyAddress} --user=${invite.username}"\n`);
    } finally {
      await invite.close();
    }
  }
}
