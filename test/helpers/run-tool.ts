import { spawnSync } from 'node:child_process';

/** Output of an outside tool that cross-checks ours; `undefined`, with a notice, where it is not installed. */
export function runTool(command: string, args: string[]): string | undefined {
  const { error, status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  if (error && 'code' in error && error.code === 'ENOENT') {
    console.warn(`${command} is not installed: its cross-check is left out`);
    return undefined;
  }
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}: ${stderr || String(error)}`);
  return stdout;
}
