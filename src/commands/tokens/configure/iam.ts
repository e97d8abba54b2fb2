import { ConfigureTokenCommand, configureFlags } from '../../../lib/cli/index.js';

export default class ConfigureIam extends ConfigureTokenCommand {
  static override summary = 'Print or create a join token for AWS, by IAM identity';
  static override examples = [
    '<%= config.bin %> tokens configure iam --bot-name=builder --aws-account=111111111111',
    "<%= config.bin %> tokens configure iam --roles=node --aws-account=111111111111 --aws-arn='arn:aws:sts::111111111111:assumed-role/nodes/i-*' --apply",
  ];
  static override flags = configureFlags('iam');
  protected readonly method = 'iam';
}
