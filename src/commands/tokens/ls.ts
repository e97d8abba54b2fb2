import { boolean, string } from '@oclif/core/flags';
import { BaseCommand, parseLabels } from '../../lib/cli/index.js';

export default class TokensLs extends BaseCommand {
  static override summary = 'List the join tokens and pending invitations';
  static override examples = [
    '<%= config.bin %> tokens ls',
    '<%= config.bin %> tokens ls --labels=team=ci --format=json',
  ];
  static override flags = {
    labels: string({ helpValue: 'KEY=VALUE,...', summary: 'Only tokens with all of these labels' }),
    'with-secrets': boolean({ summary: 'Show names that are secrets in the table and the text form' }),
    format: string({
      options: ['text', 'json', 'yaml'],
      helpValue: 'text|json|yaml',
      summary: 'Form of the output, text being the bare names; a table unless given. JSON and YAML hold the secrets',
    }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(TokensLs);
    const labels = parseLabels('labels', flags.labels);
    const tokens = await this.withClient(
      flags,
      (client, { listTokens }) => listTokens({ labels }, { client }),
      () => import('../../lib/actions/index.js'),
    );

    const withSecrets = flags['with-secrets'];
    if (flags.format === 'json' || flags.format === 'yaml') {
      const [{ renderResources }, { loadKind }] = await Promise.all([
        import('../../lib/output/index.js'),
        import('../../lib/resources/index.js'),
      ]);
      this.io.out(await renderResources(flags.format, await loadKind('token'), tokens, { width: 80 }));
      return;
    }
    const { maskToken, tokensTable } = await import('../../lib/output/views/index.js');
    if (flags.format === undefined) {
      this.io.out(tokensTable(tokens, { now: this.now(), withSecrets }));
    } else if (tokens.length === 0) {
      this.io.out('No active tokens found.\n');
    } else {
      this.io.out(tokens.map((token) => `${withSecrets ? token.metadata?.name : maskToken(token)}\n`).join(''));
    }
  }
}
