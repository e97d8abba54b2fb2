import { spawn } from 'node:child_process';

import { systemErrorCode } from '../util/system-error.js';
import type { Logger } from './logs.js';

/** Tells systemd how the service does, in the assignments of sd_notify(3), such as `READY=1`. Never fails. */
export type Notify = (...states: string[]) => Promise<void>;

/**
 * systemd listens on a datagram socket, which Node cannot open: systemd-notify(1) sends for us. Its messages come from a
 * child of the service, so the unit has to say `NotifyAccess=all`. Without NOTIFY_SOCKET nobody listens.
 */
export function systemdNotify(env: Record<string, string | undefined>, log: Logger): Notify {
  if (!env.NOTIFY_SOCKET) return async () => undefined;
  return (...states) =>
    new Promise((resolve) => {
      const child = spawn('systemd-notify', states, { stdio: 'ignore', env });
      child.once('error', (error) => {
        log.warn('systemd cannot be told: systemd-notify cannot be run', { reason: systemErrorCode(error) });
        resolve();
      });
      child.once('exit', (status) => {
        if (status !== 0) log.warn('systemd was not told', { status: status ?? -1 });
        resolve();
      });
    });
}

/** A reload that begins now: systemd wants the moment by the clock that counts from the start of the machine. */
export function reloading(): string[] {
  return ['RELOADING=1', `MONOTONIC_USEC=${process.hrtime.bigint() / 1000n}`];
}
