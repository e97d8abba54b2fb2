import { ConfigureTokenCommand, configureFlags } from '../../../lib/cli/index.js';

export default class ConfigureEc2 extends ConfigureTokenCommand {
  static override summary = 'Print or create a join token for AWS, by EC2 instance';
  static override examples = [
    '<%= config.bin %> tokens configure ec2 --roles=node --aws-account=111111111111 --aws-regions=us-west-1,us-east-1',
  ];
  static override flags = configureFlags('ec2');
  protected readonly method = 'ec2';
}
