import { string as stringArg } from '@oclif/core/args';
import { BaseCommand, lockEndFlags, lockedResult, readLockEnd } from '../../lib/cli/index.js';

export default class BotsLock extends BaseCommand {
  static override summary = 'Lock a bot out, with all its agents';
  static override description =
    'Locks the user of the bot. One agent alone is locked with "tctl lock --bot-instance-id=ID"; "tctl bots unlock" ' +
    'removes the locks again.';
  static override hiddenAliases = ['bot:lock'];
  static override examples = [
    '<%= config.bin %> bots lock example',
    '<%= config.bin %> bots lock example --ttl=2h --message="Being looked into"',
  ];
  static override args = {
    name: stringArg({ required: true, ignoreStdin: true, description: 'Name of the bot' }),
  };
  static override flags = lockEndFlags;

  async run(): Promise<void> {
    const { args, flags } = await this.parse(BotsLock);
    const expires = readLockEnd(flags, this.now());
    const name = await this.withClient(
      flags,
      (client, { lockBot }) => lockBot({ bot: args.name, message: flags.message, expires }, { client }),
      () => import('../../lib/actions/index.js'),
    );
    this.io.out(await lockedResult(flags.format, name));
  }
}
