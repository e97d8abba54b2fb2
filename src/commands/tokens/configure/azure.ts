import { ConfigureTokenCommand, configureFlags } from '../../../lib/cli/index.js';

export default class ConfigureAzure extends ConfigureTokenCommand {
  static override summary = 'Print or create a join token for Azure virtual machines';
  static override examples = [
    '<%= config.bin %> tokens configure azure --bot-name=builder --subscription=1234 --resource-groups=build',
    '<%= config.bin %> tokens configure azure --roles=node --subscription=1234 --apply',
  ];
  static override flags = configureFlags('azure');
  protected readonly method = 'azure';
}
