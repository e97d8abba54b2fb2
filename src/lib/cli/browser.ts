import { spawn } from 'node:child_process';
import type { Io } from './io.js';

const OPENERS: Partial<Record<NodeJS.Platform, [command: string, ...args: string[]]>> = {
  darwin: ['open'],
  win32: ['rundll32.exe', 'url.dll,FileProtocolHandler'],
};

/** Opens a page in the person's browser; where that is not wanted or not possible, the link on the screen has to do. */
export function openBrowser(link: string, env: Io['env'], choice = env.TELEPORT_LOGIN_BROWSER): void {
  if (choice === 'none') return;
  const [command, ...args] = OPENERS[process.platform] ?? ['xdg-open'];
  const child = spawn(command, [...args, link], { stdio: 'ignore', detached: true });
  child.on('error', () => undefined); // there is no such program
  child.unref();
}
