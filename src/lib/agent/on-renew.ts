import { spawn } from 'node:child_process';

import { CodedError } from '../util/coded-error.js';

/** A command that hangs would otherwise keep its output from ever being renewed again. */
const TIMEOUT_MS = 5 * 60_000;

/** Variables that hold secrets of the agent, which commands have no use for. */
const SECRETS = ['TBOT_BOUND_KEYPAIR_STATIC_KEY', 'TBOT_CONFIG', 'TBOT_REGISTRATION_SECRET', 'TELEPORT_BOT_TOKEN'];

export interface OnRenewOptions {
  env: Readonly<Record<string, string | undefined>>;
  timeoutMs?: number;
}

/**
 * Runs the command of `on_renew`, without the secrets of the environment; its output goes where the agent's goes.
 * @param options.timeoutMs after which it is killed; 5 minutes unless given
 * @throws CodedError `on_renew_failed`
 */
export function runOnRenew(
  [command = '', ...args]: readonly string[],
  { env, timeoutMs = TIMEOUT_MS }: OnRenewOptions,
): Promise<void> {
  const known = Object.fromEntries(Object.entries(env).filter(([name]) => !SECRETS.includes(name)));
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ['ignore', 2, 2], env: known });
    const timer = setTimeout(() => child.kill('SIGKILL'), timeoutMs); // that of spawn outlives a command that cannot be run
    const fail = (reason: string, cause?: unknown) => {
      clearTimeout(timer);
      reject(new CodedError('on_renew_failed', `the on_renew command ${command} ${reason}`, { cause }));
    };
    child.once('error', (cause) => fail('cannot be run', cause));
    child.once('exit', (status, signal) => {
      clearTimeout(timer);
      if (status === 0) resolve();
      else fail(`ended with ${signal ?? `status ${status}`}${child.killed ? `, after ${timeoutMs / 1000} s` : ''}`);
    });
  });
}
