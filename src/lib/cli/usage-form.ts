import type { Manifest } from './manifest.js';

/** What has to be known of a command to tell how it is called. */
interface UsableCommand {
  id: string;
  flags: Record<string, { name: string; type: string; required?: boolean; helpValue?: string | string[] }>;
  args: Record<string, { name: string; required?: boolean }>;
  usage?: string | string[];
}

/** The lines that show how a command, or a topic with its commands, is called. */
export function usageOf(id: string, manifest: Manifest): string {
  const command = manifest.find(id);
  const words = `tctl ${id.replaceAll(':', ' ')}`;
  if (!command) return `Usage: ${words} <command> [<args> ...]\n"${words} --help" lists the commands.`;
  return `Usage: tctl ${usageForm(command)}\n"${words} --help" explains the flags.`;
}

/** A command's words with the flags that it must be given, and its arguments. */
export function usageForm({ id, flags, args, usage }: UsableCommand): string {
  if (typeof usage === 'string') return usage;
  const required = Object.values(flags).filter((flag) => flag.required);
  const given = required.map((flag) => `--${flag.name}=${flag.type === 'option' ? (flag.helpValue ?? 'VALUE') : ''}`);
  const named = Object.values(args).map(({ name, required }) => (required ? `<${name}>` : `[<${name}>]`));
  return [id.replaceAll(':', ' '), '[<flags>]', ...given, ...named].join(' ');
}
