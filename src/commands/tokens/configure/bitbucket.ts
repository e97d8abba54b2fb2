import { ConfigureTokenCommand, configureFlags } from '../../../lib/cli/index.js';

export default class ConfigureBitbucket extends ConfigureTokenCommand {
  static override summary = 'Print or create a join token for Bitbucket Pipelines';
  static override examples = [
    '<%= config.bin %> tokens configure bitbucket --bot-name=builder --repository-uuid={123} --audience=ari:cloud:bitbucket::workspace/1 --identity-provider-url=https://api.bitbucket.org/2.0/workspaces/example/pipelines-config/identity/oidc',
  ];
  static override flags = configureFlags('bitbucket');
  protected readonly method = 'bitbucket';
}
