import { string } from '@oclif/core/flags';
import { BaseCommand, loadLogin } from '../lib/cli/index.js';

export default class Logout extends BaseCommand {
  static override summary = 'Forget logins: remove their keys and certificates from this machine';
  static override description =
    'Works on the logins of tsh too, which share the folder (TELEPORT_HOME or ~/.tsh). Certificates that were copied ' +
    'elsewhere stay valid until they expire.';
  static override examples = ['<%= config.bin %> logout', '<%= config.bin %> logout --proxy=proxy.example.com'];
  static override flags = {
    proxy: string({ helpValue: 'HOST[:PORT]', summary: 'Forget the login at this proxy only' }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Logout);
    const { logOut } = await loadLogin();
    const removed = await logOut(flags.proxy, this.io.env);
    const lines = removed.map(({ profile, username }) => `Logged out ${username ?? 'a user'} from ${profile}\n`);
    this.io.out(removed.length === 0 ? 'There is no login to forget\n' : lines.join(''));
  }
}
