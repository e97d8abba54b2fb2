import type { InviteAnswers } from '../actions/index.js';
import type { Invite, OtpSecret } from '../client/index.js';
import { writeFileAtomic } from '../util/atomic-file.js';
import type { Clock } from '../util/clock.js';
import { PRODUCT_VERSION } from '../util/product-version.js';
import { qrCode } from '../util/qr-code.js';
import type { GlobalFlagValues } from './flags.js';
import type { Io } from './io.js';
import { readSecret, requireTerminal } from './secrets.js';

/** How the proxy that a link names is reached. */
export function inviteOptions(flags: GlobalFlagValues, io: Io) {
  return {
    insecure: flags.insecure,
    env: io.env,
    userAgent: `tctl/${PRODUCT_VERSION}`,
    ...(flags['ca-file'] === undefined ? {} : { caFile: flags['ca-file'] }),
  };
}

interface InviteFlags {
  'password-file'?: string;
  'otp-secret-out'?: string;
}

/** Answers from files where flags name them, from the person at the terminal otherwise. */
export function inviteAnswers(
  { username, clusterName }: Pick<Invite, 'username' | 'clusterName'>,
  { 'password-file': passwordFile, 'otp-secret-out': secretFile }: InviteFlags,
  io: Io,
  now: Clock,
): InviteAnswers {
  let shown = false;
  return {
    password: () =>
      passwordFile === undefined
        ? askNewPassword(`User ${username} of cluster ${clusterName}`, io)
        : readSecret('password-file', passwordFile, io),
    async otp(secret) {
      if (secretFile !== undefined) {
        await writeFileAtomic(secretFile, `${secret.secret}\n`, { mode: 0o600 });
        return secret.codeAt(now());
      }
      const terminal = await requireTerminal(
        io,
        'a one-time password',
        'Name a file for its secret with --otp-secret-out',
      );
      if (!shown) io.err(describeSecret(secret, io.width));
      else io.err('The cluster does not accept that code.\n');
      shown = true;
      return terminal.ask('Code that the app shows: ');
    },
  };
}

/** Clusters take no shorter ones (login §5.3), and say so only at the end. */
const MIN_PASSWORD_BYTES = 12;

async function askNewPassword(who: string, io: Io): Promise<string> {
  const terminal = await requireTerminal(
    io,
    'the password',
    'Give it in a file with --password-file, - for standard input',
  );
  for (;;) {
    const password = await terminal.ask(`${who}: new password (12 characters or more): `, { hidden: true });
    const isLong = Buffer.byteLength(password) >= MIN_PASSWORD_BYTES;
    if (isLong && password === (await terminal.ask('The same again: ', { hidden: true }))) return password;
    io.err(isLong ? 'The two are not the same.\n' : 'That is too short.\n');
  }
}

function describeSecret({ secret, uri }: OtpSecret, width: number): string {
  const groups = secret.match(/.{1,4}/g) ?? [];
  const picture = qrText(qrCode(uri));
  return [
    '',
    'Add this to an authenticator app:',
    '',
    ...(picture[0] !== undefined && picture[0].length <= width ? [...picture, ''] : []),
    `  Secret  ${groups.join(' ')}`,
    `  Link    ${uri}`,
    '',
    '',
  ].join('\n');
}

const QUIET_MODULES = 2;
const HALVES = { '00': '█', '01': '▀', '10': '▄', '11': ' ' } as Record<string, string>;

/** A code in half lines of blocks, light on dark. */
function qrText(modules: boolean[][]): string[] {
  const side = modules.length + 2 * QUIET_MODULES;
  const dark = (x: number, y: number) => (modules[y - QUIET_MODULES]?.[x - QUIET_MODULES] ? '1' : '0');
  return Array.from({ length: Math.ceil(side / 2) }, (_, line) =>
    Array.from({ length: side }, (_unused, x) => HALVES[dark(x, 2 * line) + dark(x, 2 * line + 1)]).join(''),
  );
}
