import { constants } from 'node:fs';
import { access, readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { writeFileAtomic } from '../../util/atomic-file.js';
import { CodedError } from '../../util/coded-error.js';
import { systemErrorCode } from '../../util/system-error.js';
import type { Command } from '../command.js';
import { UsageError } from '../command-line.js';
import { GLOBAL_FLAGS } from '../flags.js';
import { systemdUnit } from '../systemd.js';

const UNIT_MODE = 0o644;

export const installSystemd: Command = {
  summary: 'Print or write a systemd unit that runs the agent',
  details: [
    'Without --write it shows the unit and where it would go. It makes no user, no configuration and no folder, and does not run systemctl.',
  ],
  examples: [
    {
      does: 'Write the unit and start the agent with the machine',
      line: 'sudo tbot install systemd -c /etc/tbot.yaml \\\n  --user=teleport --group=teleport --write\nsudo systemctl daemon-reload && sudo systemctl enable --now tbot',
    },
  ],
  flags: {
    ...GLOBAL_FLAGS,
    name: { type: 'string', help: 'Name of the unit (default tbot)' },
    user: { type: 'string', help: 'User that it runs as (default teleport)' },
    group: { type: 'string', help: 'Group that it runs as (default teleport)' },
    'systemd-directory': { type: 'string', value: 'DIR', help: 'Folder of the unit (default /etc/systemd/system)' },
    write: { type: 'boolean', help: 'Write the unit; without, it is only printed' },
    force: { type: 'boolean', help: 'Replace a unit with other content' },
    notify: { type: 'boolean', help: 'Have systemd wait until every output is written (needs systemd-notify)' },
    'anonymous-telemetry': { type: 'boolean', help: 'Set the variable for the real tbot; this one has no telemetry' },
  },
  async run(flags, { program, node, print, log }) {
    const config = flags.text('config');
    const name = flags.text('name') ?? 'tbot';
    if (config === undefined) throw new UsageError('the flag --config is missing');
    const [user, group] = [flags.text('user') ?? 'teleport', flags.text('group') ?? 'teleport'];
    for (const [flag, value] of Object.entries({ name, user, group }))
      if (!/^[\w.@:-]+$/.test(value)) throw new UsageError(`--${flag} ${JSON.stringify(value)} is no name`);
    if (/\p{Cc}/u.test(config)) throw new UsageError('--config has a control character in its name');
    if (/[/\\](_npx|\.bin)[/\\]/.test(program))
      log.warn('the unit names a file that another install may remove: install the package globally first', {
        program,
      });
    const path = join(flags.text('systemd-directory') ?? '/etc/systemd/system', `${name}.service`);
    const unit = systemdUnit({
      name,
      user,
      group,
      config: resolve(config),
      program: (await hasNode()) ? [program] : [node, program],
      anonymousTelemetry: flags.bool('anonymous-telemetry') === true,
      notify: flags.bool('notify') === true,
    });
    if (!flags.bool('write')) {
      print(`Nothing is written without --write. The unit would be written to:\n'${path}'\n\n${unit}`);
      return 0;
    }
    const existing = await readUnit(path);
    if (existing === unit) {
      log.info('the unit is there already', { path });
      return 0;
    }
    if (existing && !flags.bool('force'))
      throw new CodedError('unit_exists', `${path} already exists with different content`, {
        hint: 'Compare it with what "tbot install systemd" prints; --force replaces it.',
      });
    await writeUnit(path, unit);
    log.info(`wrote the unit; now run "systemctl daemon-reload" and "systemctl enable --now ${name}"`, { path });
    return 0;
  },
};

/** Where systemd looks for programs, such as the one that the first line of tbot names. */
const SYSTEMD_PATH = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

async function hasNode(): Promise<boolean> {
  const found = await Promise.allSettled(SYSTEMD_PATH.map((folder) => access(join(folder, 'node'), constants.X_OK)));
  return found.some(({ status }) => status === 'fulfilled');
}

async function readUnit(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    if (systemErrorCode(cause) === 'ENOENT') return undefined;
    throw new CodedError('unit_unreadable', `${path} cannot be read (${systemErrorCode(cause)})`, { cause });
  }
}

async function writeUnit(path: string, unit: string): Promise<void> {
  try {
    await writeFileAtomic(path, unit, { mode: UNIT_MODE });
  } catch (cause) {
    if (cause instanceof CodedError) throw cause;
    throw new CodedError('unit_unwritable', `${path} cannot be written (${systemErrorCode(cause)})`, {
      cause,
      hint: 'Run it as root, or name another --systemd-directory.',
    });
  }
}
