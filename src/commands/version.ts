import { BaseCommand, formatFlag, resultText } from '../lib/cli/index.js';
import { PRODUCT_VERSION } from '../lib/util/product-version.js';

export default class Version extends BaseCommand {
  static override summary = 'Print the version of this tctl; needs no cluster';
  static override examples = ['<%= config.bin %> version', '<%= config.bin %> version --format=json'];
  static override flags = { format: formatFlag(['text', 'json', 'yaml']) };

  async run(): Promise<void> {
    const { flags } = await this.parse(Version);
    const facts = { version: PRODUCT_VERSION, gitref: '', runtime: `node${process.versions.node}` };
    const text = `tctl v${facts.version} git:${facts.gitref} ${facts.runtime}\n`;
    this.io.out(await resultText(flags.format, { text, document: facts }));
  }
}
