import type { Command } from '@oclif/core/command';
import type { Config } from '@oclif/core/config';
import { Help } from '@oclif/core/help';

/** Help on standard error, as the real tool gives it (cli §1.3): all commands at a glance at the top, oclif's form for one. */
export default class TctlHelp extends Help {
  constructor(config: Config, options: object = {}) {
    super(config, { ...config.pjson.oclif.helpOptions, sendToStderr: true, docopts: false, ...options });
    const render = this.render;
    this.render = (text) => (text.includes('<%') ? render(text) : text); // most texts are no templates, which take long
  }

  /** Without the aliases, which are no commands of their own. */
  protected override get sortedCommands(): Command.Loadable[] {
    return super.sortedCommands.filter(({ id, aliases }) => !aliases.includes(id));
  }

  protected override async showRootHelp(): Promise<void> {
    const globals = this.sortedCommands.flatMap((command) =>
      Object.values(command.flags).filter((flag) => flag.helpGroup === 'GLOBAL' && !flag.hidden),
    );
    const unique = [...new Map(globals.map((flag) => [flag.name, flag])).values()];
    const flags = unique.map((flag): [string, string] => [
      `${flag.char ? `-${flag.char}, ` : '    '}--${flag.name}`,
      flag.summary ?? '',
    ]);
    this.log(
      [
        'Usage: tctl [<flags>] <command> [<args> ...]',
        '',
        this.wrap(this.config.pjson.description ?? ''),
        '',
        this.section('Flags', this.list(flags)),
        '',
        this.section('Commands', this.list(this.summaries(this.sortedCommands))),
        '',
        'Try "tctl help <command>" for the flags of a command, with examples.',
      ].join('\n'),
    );
  }

  protected override async showTopicHelp(topic: { name: string; description?: string }): Promise<void> {
    const commands = this.sortedCommands.filter((command) => command.id.startsWith(`${topic.name}:`));
    this.log(
      [
        `Usage: tctl ${topic.name.replaceAll(':', ' ')} <command> [<args> ...]`,
        '',
        topic.description ?? '',
        '',
        this.section('Commands', this.list(this.summaries(commands))),
      ].join('\n'),
    );
  }

  protected override formatCommand(command: Command.Loadable): string {
    return super.formatCommand({ ...command, usage: usageForm(command) });
  }

  private summaries(commands: Command.Loadable[]): [string, string][] {
    return commands.map((command) => [
      command.id.replaceAll(':', ' '),
      this.render(command.summary ?? command.description?.split('\n')[0] ?? ''),
    ]);
  }

  private list(rows: [string, string][]): string {
    return this.renderList(rows, { indentation: 2, spacer: '\n', stripAnsi: this.opts.stripAnsi });
  }
}

/** The line that shows how a command, or a topic with its commands, is called. */
export function usageOf(id: string, config: Config): string {
  const command = config.findCommand(id);
  const words = `tctl ${id.replaceAll(':', ' ')}`;
  if (!command) return `Usage: ${words} <command> [<args> ...]\n"${words} --help" lists the commands.`;
  return `Usage: tctl ${usageForm(command)}\n"${words} --help" explains the flags.`;
}

function usageForm(command: Command.Loadable): string {
  if (typeof command.usage === 'string') return command.usage;
  const required = Object.values(command.flags).filter((flag) => flag.required);
  const flags = required.map((flag) => `--${flag.name}=${flag.type === 'option' ? (flag.helpValue ?? 'VALUE') : ''}`);
  const args = Object.values(command.args).map((arg) => (arg.required ? `<${arg.name}>` : `[<${arg.name}>]`));
  return [command.id.replaceAll(':', ' '), '[<flags>]', ...flags, ...args].join(' ');
}
