import { ConfigureTokenCommand, configureFlags } from '../../../lib/cli/index.js';

export default class ConfigureEnv0 extends ConfigureTokenCommand {
  static override summary = 'Print or create a join token for deployments of env0';
  static override examples = [
    '<%= config.bin %> tokens configure env0 --bot-name=deployer --organization-id=0ca3ddd9 --project-name=app',
  ];
  static override flags = configureFlags('env0');
  protected readonly method = 'env0';
}
