import type { Command } from '@oclif/core/command';
import type { Config } from '@oclif/core/config';
import { Help } from '@oclif/core/help';
import { usageForm } from './usage-form.js';

/** Help for one command in oclif's form, on standard error, as the real tool gives it (cli §1.3). */
export default class TctlHelp extends Help {
  constructor(config: Config, options: object = {}) {
    super(config, { ...config.pjson.oclif.helpOptions, sendToStderr: true, docopts: false, ...options });
    const render = this.render;
    this.render = (text) => (text.includes('<%') ? render(text) : text); // most texts are no templates, which take long
  }

  protected override formatCommand(command: Command.Loadable): string {
    return super.formatCommand({ ...command, usage: usageForm(command) });
  }
}
