import { string as stringArg } from '@oclif/core/args';
import {
  BaseCommand,
  changesText,
  commaList,
  formatFlag,
  listFlag,
  resultText,
  traitsOf,
  UsageError,
  userTraitFlags,
} from '../../lib/cli/index.js';

export default class UsersUpdate extends BaseCommand {
  static override summary = 'Change roles and traits of a user';
  static override description = 'What a flag names is replaced, the rest stays. Nothing is sent when nothing changes.';
  static override examples = [
    '<%= config.bin %> users update alice --set-roles=access,editor',
    '<%= config.bin %> users update alice --set-logins=',
  ];
  static override args = {
    account: stringArg({ required: true, ignoreStdin: true, description: 'Name of the user' }),
  };
  static override flags = {
    'set-roles': listFlag({ helpValue: 'ROLE,...', summary: 'Replace the roles' }),
    ...userTraitFlags('set-'),
    format: formatFlag(['text', 'json', 'yaml']),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(UsersUpdate);
    const roles = flags['set-roles']?.flatMap(commaList);
    const traits = traitsOf(flags, 'set-');
    if (roles === undefined && Object.keys(traits).length === 0) {
      throw new UsageError('nothing to change: give at least one --set-... flag', { commandId: 'users:update' });
    }
    if (roles?.length === 0) throw new UsageError('a user needs at least one role', { commandId: 'users:update' });
    const { changes } = await this.withClient(
      flags,
      (client, { updateUser }) => updateUser(args.account, { roles, traits }, { client }),
      () => import('../../lib/actions/index.js'),
    );

    const text = changesText(`User ${args.account}`, changes);
    this.io.out(await resultText(flags.format, { text, document: { user: args.account, changes } }));
  }
}
