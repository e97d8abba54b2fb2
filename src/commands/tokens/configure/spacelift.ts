import { ConfigureTokenCommand, configureFlags } from '../../../lib/cli/index.js';

export default class ConfigureSpacelift extends ConfigureTokenCommand {
  static override summary = 'Print or create a join token for Spacelift';
  static override examples = [
    '<%= config.bin %> tokens configure spacelift --bot-name=terraform --hostname=example.app.spacelift.io --space-id=root',
  ];
  static override flags = configureFlags('spacelift');
  protected readonly method = 'spacelift';
}
