import { ConfigureTokenCommand, configureFlags } from '../../../lib/cli/index.js';

export default class ConfigureTpm extends ConfigureTokenCommand {
  static override summary = 'Print or create a join token for machines with a TPM';
  static override examples = ['<%= config.bin %> tokens configure tpm --bot-name=edge --ek-public-hash=d4b45864d9d6'];
  static override flags = configureFlags('tpm');
  protected readonly method = 'tpm';
}
