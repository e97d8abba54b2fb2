import { string as stringArg } from '@oclif/core/args';
import { string } from '@oclif/core/flags';
import {
  BaseCommand,
  commaList,
  durationMs,
  formatFlag,
  linkInstructions,
  resultText,
  traitsOf,
  UsageError,
  userTraitFlags,
} from '../../lib/cli/index.js';

export default class UsersAdd extends BaseCommand {
  static override summary = 'Make a user, and a link for setting a password';
  static override description =
    'Hand the link to the user, who opens it in a browser or with "tctl users accept". The roles must exist.';
  static override examples = [
    '<%= config.bin %> users add alice --roles=access,editor',
    '<%= config.bin %> users add bob --roles=access --logins=root,ubuntu --ttl=24h',
  ];
  static override args = {
    account: stringArg({ required: true, ignoreStdin: true, description: 'Name of the user' }),
  };
  static override flags = {
    roles: string({
      required: true,
      multiple: true,
      multipleNonGreedy: true,
      helpValue: 'ROLE,...',
      summary: 'Roles of the user',
    }),
    ...userTraitFlags(''),
    ttl: string({ helpValue: 'DURATION', summary: 'Life of the link, 1h unless given, at most 48h' }),
    format: formatFlag(['text', 'json', 'yaml']),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(UsersAdd);
    const roles = flags.roles.flatMap(commaList);
    if (roles.length === 0) throw new UsageError('--roles names no role', { commandId: 'users:add' });
    const user = { name: args.account, roles, traits: traitsOf(flags, ''), ttlMs: durationMs('ttl', flags.ttl) };
    const link = await this.withClient(
      flags,
      (client, { addUser }) => addUser(user, { client }),
      () => import('../../lib/actions/index.js'),
    );

    const text = linkInstructions(link, 'created', this.now());
    this.io.out(await resultText(flags.format, { text, document: link.document }));
  }
}
