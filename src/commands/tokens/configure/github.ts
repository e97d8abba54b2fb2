import { ConfigureTokenCommand, configureFlags } from '../../../lib/cli/index.js';

export default class ConfigureGithub extends ConfigureTokenCommand {
  static override summary = 'Print or create a join token for GitHub Actions';
  static override examples = [
    '<%= config.bin %> tokens configure github --bot-name=deployer --repository=example/app --ref=refs/heads/main',
    '<%= config.bin %> tokens configure github --bot-name=deployer --repository=example/app --repository=example/web --apply',
  ];
  static override flags = configureFlags('github');
  protected readonly method = 'github';
}
