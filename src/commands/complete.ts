import { string } from '@oclif/core/flags';
import { BaseCommand, loadCompletion } from '../lib/cli/index.js';

/** Run by the scripts that `completion` prints. */
export default class Complete extends BaseCommand {
  static override summary = 'Print how an unfinished command line may go on';
  static override hidden = true;
  static override strict = false;
  static override usage = 'complete --word=WORD -- [WORDS BEFORE IT...]';
  static override flags = {
    word: string({ default: '', helpValue: 'WORD', summary: 'The word under the cursor, up to the cursor' }),
  };

  async run(): Promise<void> {
    const { argv, flags } = await this.parse(Complete);
    const { complete } = await loadCompletion();
    this.io.out(await complete(argv as string[], flags.word, this.config.root, this.io));
  }
}
