import { string as stringArg } from '@oclif/core/args';
import { BaseCommand, commaList, UsageError } from '../../lib/cli/index.js';
import { goQuote } from '../../lib/util/go-quote.js';

export default class UsersRm extends BaseCommand {
  static override summary = 'Delete users';
  static override description = 'They are deleted in order; the first that cannot be deleted ends it.';
  static override aliases = ['users:del'];
  static override examples = ['<%= config.bin %> users rm alice', '<%= config.bin %> users rm alice,bob'];
  static override args = {
    logins: stringArg({ required: true, ignoreStdin: true, description: 'Names of the users, with commas' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(UsersRm);
    const names = commaList(args.logins);
    if (names.length === 0) throw new UsageError('no user is named', { commandId: 'users:rm' });
    await this.withClient(
      flags,
      (client, { removeUsers }) =>
        removeUsers(names, (name) => this.io.out(`User ${goQuote(name)} has been deleted\n`), { client }),
      () => import('../../lib/actions/index.js'),
    );
  }
}
