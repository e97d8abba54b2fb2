import { ConfigureTokenCommand, configureFlags } from '../../../lib/cli/index.js';

export default class ConfigureGitlab extends ConfigureTokenCommand {
  static override summary = 'Print or create a join token for GitLab CI';
  static override examples = [
    '<%= config.bin %> tokens configure gitlab --bot-name=deployer --project-path=group/app --ref-protected',
    '<%= config.bin %> tokens configure gitlab --bot-name=deployer --domain=gitlab.example.com --namespace-path=group --apply',
  ];
  static override flags = configureFlags('gitlab');
  protected readonly method = 'gitlab';
}
