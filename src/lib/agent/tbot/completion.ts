import { completionScript, type Shell } from '../../util/completion.js';
import type { Command } from '../command.js';
import { GLOBAL_FLAGS } from '../flags.js';

const EXAMPLES: Readonly<Record<Shell, string>> = {
  bash: "echo 'source <(tbot completion bash)' >> ~/.bashrc",
  zsh: "echo 'source <(tbot completion zsh)' >> ~/.zshrc",
  fish: 'tbot completion fish > ~/.config/fish/completions/tbot.fish',
  powershell: 'tbot completion powershell | Out-String | Invoke-Expression',
};

export const completion = (shell: Shell): Command => ({
  summary: `Print a script that has ${shell === 'powershell' ? 'PowerShell' : shell} complete commands and flags`,
  examples: [{ does: 'Use it', line: EXAMPLES[shell] }],
  flags: GLOBAL_FLAGS,
  async run(_flags, { print }) {
    print(completionScript(shell, 'tbot'));
    return 0;
  },
});
