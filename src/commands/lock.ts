import { string } from '@oclif/core/flags';
import { BaseCommand, lockEndFlags, lockedResult, readLockEnd } from '../lib/cli/index.js';

const target = (helpValue: string, summary: string) => string({ helpValue, summary });

export default class Lock extends BaseCommand {
  static override summary = 'Lock out a user, a role, a bot instance, …';
  static override description =
    'Whoever matches one of the targets loses access at once, and gets it back when the lock is removed ("tctl rm ' +
    'lock/NAME") or ends. "tctl bots lock" locks a bot, "tctl bots unlock" finds what locks one.';
  static override examples = [
    '<%= config.bin %> lock --user=alice --message="Please call the help desk" --ttl=12h',
    '<%= config.bin %> lock --role=contractor --expires=2030-01-31T12:00:00Z',
    '<%= config.bin %> lock --bot-instance-id=7c5e0c1e-3b7b-4a54-8bb7-8a6a2f0d3d11',
  ];
  static override flags = {
    user: target('NAME', 'Lock a user'),
    role: target('NAME', 'Lock everybody who has this role'),
    login: target('NAME', 'Lock an account of the machines (UNIX user)'),
    'mfa-device': target('UUID', 'Lock whoever logs in with this MFA device'),
    'windows-desktop': target('NAME', 'Lock a Windows desktop'),
    'access-request': target('UUID', 'Lock what an access request has granted'),
    device: target('UUID', 'Lock a trusted device'),
    'server-id': string({
      aliases: ['node'],
      helpValue: 'UUID',
      summary: 'Lock a server of the cluster',
    }),
    'bot-instance-id': target('UUID', 'Lock one agent of a bot; clusters from 18.1 on'),
    'join-token': target('NAME', 'Lock all who joined with this token; clusters from 18.1 on'),
    ...lockEndFlags,
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(Lock);
    const newLock = {
      target: {
        user: flags.user,
        role: flags.role,
        login: flags.login,
        mfaDevice: flags['mfa-device'],
        windowsDesktop: flags['windows-desktop'],
        accessRequest: flags['access-request'],
        device: flags.device,
        serverId: flags['server-id'],
        botInstanceId: flags['bot-instance-id'],
        joinToken: flags['join-token'],
      },
      message: flags.message,
      expires: readLockEnd(flags, this.now()),
    };
    const { lock, requireLockTarget } = await import('../lib/actions/index.js');
    requireLockTarget(newLock.target);
    const name = await this.withClient(flags, (client) => lock(newLock, { client }));
    this.io.out(await lockedResult(flags.format, name));
  }
}
