import type { SecondFactorPrompt } from '../client/index.js';
import type { Io } from './io.js';

/** Asks for second factors, where somebody may be there to show one: messages go to a terminal. */
export function secondFactorPrompt(io: Io): SecondFactorPrompt | undefined {
  if (!io.stderrIsTerminal) return undefined;
  return {
    async otp() {
      const { requireTerminal } = await import('./secrets.js');
      const terminal = await requireTerminal(io, 'a one-time password', 'Run the command at a terminal');
      return terminal.ask('The cluster wants a second factor for this. Code of your authenticator app: ');
    },
    async browse(link) {
      const { openBrowser } = await import('./browser.js');
      io.err(`The cluster wants a second factor for this. If no browser opens by itself, open ${link}\n`);
      openBrowser(link, io.env);
    },
  };
}
