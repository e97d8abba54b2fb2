import { BaseCommand, formatFlag } from '../../lib/cli/index.js';

export default class UsersLs extends BaseCommand {
  static override summary = 'List the users, those of bots among them';
  static override examples = ['<%= config.bin %> users ls', '<%= config.bin %> users ls --format=json'];
  static override flags = { format: formatFlag(['text', 'json', 'yaml']) };

  async run(): Promise<void> {
    const { flags } = await this.parse(UsersLs);
    const users = await this.withClient(
      flags,
      (client, { collect }) => collect(client.users.list()),
      () => import('../../lib/actions/index.js'),
    );

    if (flags.format === 'text') {
      const { usersTable } = await import('../../lib/output/views/index.js');
      this.io.out(users.length === 0 ? 'No users found\n' : `${usersTable(users)}\n`);
      return;
    }
    const [{ renderResources }, { loadKind }] = await Promise.all([
      import('../../lib/output/index.js'),
      import('../../lib/resources/index.js'),
    ]);
    this.io.out(await renderResources(flags.format, await loadKind('user'), users, { width: 80 }));
  }
}
