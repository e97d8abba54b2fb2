import { ConfigureTokenCommand, configureFlags } from '../../../lib/cli/index.js';

export default class ConfigureCircleci extends ConfigureTokenCommand {
  static override summary = 'Print or create a join token for CircleCI';
  static override examples = [
    '<%= config.bin %> tokens configure circleci --bot-name=builder --organization-id=b46fd62e --project-id=ebf1a4a2',
  ];
  static override flags = configureFlags('circleci');
  protected readonly method = 'circleci';
}
