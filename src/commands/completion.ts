import { string as stringArg } from '@oclif/core/args';
import { BaseCommand, UsageError } from '../lib/cli/index.js';
import { completionScript, SHELLS } from '../lib/util/completion.js';
import { nearest } from '../lib/util/nearest.js';

export default class Completion extends BaseCommand {
  static override summary = 'Print a script that has a shell complete commands, flags and names';
  static override description =
    'Names of bots, roles, users and other resources come from the cluster that the line is for, with the credentials at ' +
    'hand, if it answers within two seconds. Names of join tokens that are secrets are never among them.';
  static override examples = [
    'source <(<%= config.bin %> completion bash)',
    'source <(<%= config.bin %> completion zsh)',
    '<%= config.bin %> completion fish > ~/.config/fish/completions/<%= config.bin %>.fish',
    '<%= config.bin %> completion powershell | Out-String | Invoke-Expression',
  ];
  static override args = {
    shell: stringArg({ required: true, ignoreStdin: true, description: SHELLS.join(', ') }),
  };

  async run(): Promise<void> {
    const { args } = await this.parse(Completion);
    const shell = SHELLS.find((one) => one === args.shell);
    if (shell === undefined) {
      const near = nearest(args.shell, SHELLS);
      throw new UsageError(`there is no completion for ${JSON.stringify(args.shell)}`, {
        commandId: 'completion',
        hint: near ? `Did you mean ${near}?` : `Shells: ${SHELLS.join(', ')}`,
      });
    }
    this.io.out(completionScript(shell, 'tctl'));
  }
}
