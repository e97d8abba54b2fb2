import { ConfigureTokenCommand, configureFlags } from '../../../lib/cli/index.js';

export default class ConfigureGcp extends ConfigureTokenCommand {
  static override summary = 'Print or create a join token for Google Cloud';
  static override examples = [
    '<%= config.bin %> tokens configure gcp --bot-name=builder --project-ids=my-project --locations=us-west1',
    '<%= config.bin %> tokens configure gcp --roles=node --project-ids=a,b --apply',
  ];
  static override flags = configureFlags('gcp');
  protected readonly method = 'gcp';
}
