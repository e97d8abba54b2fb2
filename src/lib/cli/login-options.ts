import { userInfo } from 'node:os';
import type { LoginOptions, LoginPrompt } from '../client/index.js';
import { readLoginDefaults, tshHomeOf } from '../credentials/index.js';
import type { Clock } from '../util/clock.js';
import { printable } from '../util/printable.js';
import { openBrowser } from './browser.js';
import type { GlobalFlagValues } from './flags.js';
import { inviteOptions } from './invite-answers.js';
import type { Io } from './io.js';
import { readSecret, requireTerminal } from './secrets.js';
import { UsageError } from './usage-error.js';
import { durationMs } from './values.js';

interface LoginFlags extends GlobalFlagValues {
  proxy?: string;
  user?: string;
  auth?: string;
  ttl?: string;
  'password-file'?: string;
  otp?: string;
  browser?: string;
}

/** Who is to log in where: flags, then environment, then the current profile, then the operating system. */
export async function loginOptions(
  flags: LoginFlags,
  io: Io,
  now: Clock,
): Promise<LoginOptions & { isUserNamed: boolean }> {
  const { env } = io;
  const home = tshHomeOf(env);
  const known = await readLoginDefaults(home);
  const proxy = flags.proxy ?? (env.TELEPORT_PROXY || known.proxyAddress);
  if (!proxy) {
    throw new UsageError('no proxy is named', {
      commandId: 'login',
      hint: 'Give its address, for example --proxy=proxy.example.com:443, or set TELEPORT_PROXY',
    });
  }
  const named = flags.user ?? (env.TELEPORT_USER || undefined);
  const username = named ?? ((flags.proxy === undefined && known.username) || userInfo().username);
  const connector = flags.auth ?? (env.TELEPORT_AUTH || undefined);
  const ttlMs = durationMs('ttl', /^\d+$/.test(flags.ttl ?? '') ? `${flags.ttl}m` : flags.ttl);
  return {
    ...inviteOptions(flags, io),
    proxy,
    username,
    isUserNamed: named !== undefined,
    home,
    now,
    prompt: promptOf(flags, username, io),
    ...(connector === undefined ? {} : { connector }),
    ...(ttlMs === undefined ? {} : { ttlMs }),
  };
}

function promptOf(flags: LoginFlags, username: string, io: Io): LoginPrompt {
  const { 'password-file': passwordFile, otp } = flags;
  return {
    hasOtp: otp !== undefined,
    inform: (message) => io.err(`${message.split('\n').map(printable).join('\n')}\n`),
    async password() {
      if (passwordFile !== undefined) return readSecret('password-file', passwordFile, io);
      const terminal = await requireTerminal(
        io,
        'the password',
        'Give it in a file with --password-file, - for standard input',
      );
      return terminal.ask(`Password of user ${username}: `, { hidden: true });
    },
    async otp() {
      if (otp !== undefined) return otp;
      const terminal = await requireTerminal(io, 'a one-time password', 'Give it with --otp');
      return terminal.ask('Code of your authenticator app: ');
    },
    browse(link) {
      io.err(`If no browser opens by itself, open ${link}\n`);
      openBrowser(link, io.env, flags.browser);
    },
  };
}
