import { ConfigureTokenCommand, configureFlags } from '../../../lib/cli/index.js';

export default class ConfigureAzureDevops extends ConfigureTokenCommand {
  static override summary = 'Print or create a join token for Azure DevOps pipelines';
  static override hiddenAliases = ['tokens:configure:azure_devops'];
  static override examples = [
    '<%= config.bin %> tokens configure azure-devops --bot-name=builder --organization-id=0ca3ddd9 --project-name=app',
  ];
  static override flags = configureFlags('azure_devops');
  protected readonly method = 'azure_devops';
}
