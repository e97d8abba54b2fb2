import { boolean } from '@oclif/core/flags';
import { BaseCommand, formatFlag, loadAuthExplain, resultText } from '../../lib/cli/index.js';

export default class AuthExplain extends BaseCommand {
  static override summary = 'Tell which credentials tctl uses and how it reaches the cluster, and why';
  static override description =
    'Lists every source of credentials in the order of looking, which one won and why the others were passed over, when ' +
    'the credentials expire, and the route to the cluster. What is wrong is part of the answer; the status is 0 only when ' +
    'the cluster was reached, or with --offline when there are credentials.';
  static override examples = [
    '<%= config.bin %> auth explain',
    '<%= config.bin %> auth explain --offline --format=json',
    '<%= config.bin %> auth explain -i identity --auth-server=proxy.example.com:443',
  ];
  static override flags = {
    offline: boolean({ summary: 'Look for credentials only, and connect to nothing' }),
    format: formatFlag(['text', 'json', 'yaml']),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(AuthExplain);
    const [{ connectOptions, describeStory, storyDocument }, { explainConnection }] = await Promise.all([
      loadAuthExplain(),
      import('../../lib/actions/index.js'),
    ]);
    const story = await explainConnection(connectOptions(flags, this.io), { offline: flags.offline });

    const width = this.io.stdoutIsTerminal ? this.io.width : Number.POSITIVE_INFINITY;
    const text = describeStory(story, this.now(), width);
    this.io.out(await resultText(flags.format, { text, document: storyDocument(story, this.now()) }));
    if (story.error) await this.exitWith(1);
  }
}
