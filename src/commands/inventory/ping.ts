import { string as stringArg } from '@oclif/core/args';
import { BaseCommand } from '../../lib/cli/index.js';

export default class InventoryPing extends BaseCommand {
  static override summary = 'Ask an instance that is connected to this auth service whether it answers';
  static override description = 'The auth service lets only its own host do this.';
  static override examples = [
    '<%= config.bin %> inventory ping 5f4d3f9e-58c3-4d0b-8a3d-3f1f4f4b7c13 -c /etc/teleport.yaml',
  ];
  static override args = {
    'server-id': stringArg({ required: true, ignoreStdin: true, description: 'ID of the instance' }),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(InventoryPing);
    const serverId = args['server-id'];
    const nanoseconds = await this.withClient(
      flags,
      (client, { pingInstance }) => pingInstance(serverId, { client }),
      () => import('../../lib/actions/index.js'),
    );
    const { formatGoDuration } = await import('../../lib/util/duration.js');
    this.io.out(`Successfully pinged server "${serverId}" (~${formatGoDuration(nanoseconds)}).\n`);
  }
}
