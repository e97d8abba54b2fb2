import { ConfigureTokenCommand, configureFlags } from '../../../lib/cli/index.js';

export default class ConfigureTerraformCloud extends ConfigureTokenCommand {
  static override summary = 'Print or create a join token for Terraform Cloud';
  static override hiddenAliases = ['tokens:configure:terraform_cloud'];
  static override examples = [
    '<%= config.bin %> tokens configure terraform-cloud --bot-name=terraform --organization-name=example --project-name=infra',
  ];
  static override flags = configureFlags('terraform_cloud');
  protected readonly method = 'terraform_cloud';
}
