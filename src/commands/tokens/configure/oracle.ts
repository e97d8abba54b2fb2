import { ConfigureTokenCommand, configureFlags } from '../../../lib/cli/index.js';

export default class ConfigureOracle extends ConfigureTokenCommand {
  static override summary = 'Print or create a join token for Oracle Cloud';
  static override examples = [
    '<%= config.bin %> tokens configure oracle --roles=node --tenancy=ocid1.tenancy.oc1..example --regions=us-phoenix-1',
  ];
  static override flags = configureFlags('oracle');
  protected readonly method = 'oracle';
}
