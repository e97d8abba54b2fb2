import { ConfigureTokenCommand, configureFlags } from '../../../lib/cli/index.js';

export default class ConfigureKubernetes extends ConfigureTokenCommand {
  static override summary = 'Print or create a join token for pods of a Kubernetes cluster';
  static override examples = [
    '<%= config.bin %> tokens configure kubernetes --bot-name=operator --service-account=apps:operator',
    '<%= config.bin %> tokens configure kubernetes --roles=kube --service-account=teleport:agent --static-jwks=jwks.json --apply',
  ];
  static override flags = configureFlags('kubernetes');
  protected readonly method = 'kubernetes';
}
