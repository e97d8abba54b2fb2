import { chmod, open, readdir, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';

import { CodedError } from '../../util/coded-error.js';
import { type Grant, setAccessList } from '../access-list.js';
import type { Command } from '../command.js';
import { type FlagValues, UsageError } from '../command-line.js';
import type { BotConfig } from '../config.js';
import { applyFlags, loadConfig } from '../config-flags.js';
import type { DestinationConfig } from '../destination-config.js';
import { GLOBAL_FLAGS } from '../flags.js';
import type { Logger } from '../logs.js';
import { artifactsOf, isArtifact } from '../outputs/artifacts.js';
import { runProgram } from '../run-program.js';
import type { Service } from '../service-config.js';
import { openDestination } from '../services.js';

type Folder = DestinationConfig & { type: 'directory' };

export const init: Command = {
  summary: "Prepare an output's folder that another user is to read",
  details: [
    'Makes the folder and its files, gives them to the owner, and lets two users in by access lists: the one that the agent runs as, who writes, and the one that reads. Run it as root or as the owner. An output with "readers" in its configuration needs no init: the agent lets them in by itself.',
  ],
  examples: [
    {
      does: 'Let user "app" read what the agent of user "teleport" writes',
      line: 'sudo tbot init -c /etc/tbot.yaml --init-dir=/opt/app/id \\\n  --bot-user=teleport --reader-user=app',
    },
  ],
  flags: {
    ...GLOBAL_FLAGS,
    'auth-server': { type: 'string', value: 'HOST:PORT', short: 'a', help: 'Accepted; nobody is asked' },
    'proxy-server': { type: 'string', value: 'HOST:PORT', help: 'Accepted; nobody is asked' },
    'destination-dir': {
      type: 'string',
      value: 'DIR',
      help: 'Folder of one identity output, instead of a configuration',
    },
    'init-dir': { type: 'string', value: 'DIR', help: 'Which folder of the configuration, if it has several' },
    'bot-user': { type: 'string', value: 'USER', help: 'User that the agent runs as' },
    'reader-user': { type: 'string', value: 'USER', help: 'User that reads the files' },
    owner: { type: 'string', value: 'USER:GROUP', help: 'Owner of the files (that of --bot-user if absent)' },
    clean: { type: 'boolean', help: 'Remove files that are none of the output' },
  },
  async run(flags, { log }) {
    const { type, folder } = findTarget(applyFlags(await loadConfig(flags, log), flags, log), flags);
    const access = await planAccess(folder, flags);
    const path = resolve(folder.path);
    await openDestination({ ...folder, readers: [] }, log).init();
    await tidy(path, type, flags.bool('clean') === true, log);
    await makeFiles(path, type);
    if (access.grants === undefined) await keepPrivate(path);
    else await setAccessList(path, access.grants);
    if (access.owner !== undefined) await changeOwner(path, access.owner);
    log.info('the folder is ready', { path, access_lists: access.grants === undefined ? 'not set' : 'set' });
    return 0;
  },
};

/** The one output with a folder, or the one that is named. */
function findTarget({ services }: BotConfig, flags: FlagValues): { type: Service['type']; folder: Folder } {
  const wanted = flags.text('init-dir');
  const targets = services.flatMap(({ type, destination }) =>
    destination.type === 'directory' ? [{ type, folder: destination }] : [],
  );
  const [first, second] = targets.filter(
    ({ folder }) => wanted === undefined || resolve(folder.path) === resolve(wanted),
  );
  if (first !== undefined && second === undefined) return first;
  const paths = targets.map(({ folder }) => folder.path).join(', ');
  if (wanted !== undefined) throw new UsageError(`no output writes to ${wanted}`, paths && `They write to: ${paths}.`);
  throw first === undefined
    ? new UsageError(
        'no output has a folder',
        'Name a configuration with --config, or a folder with --destination-dir.',
      )
    : new UsageError('several outputs have a folder', `Name one with --init-dir: ${paths}.`);
}

async function tidy(path: string, type: Service['type'], isClean: boolean, log: Logger): Promise<void> {
  for (const name of await readdir(path)) {
    if (isArtifact(type, name)) continue;
    if (isClean) await rm(join(path, name), { recursive: true });
    log.warn(
      isClean ? 'removed a file that is none of the output' : 'a file is none of the output; --clean removes it',
      {
        path: join(path, name),
      },
    );
  }
}

/** Empty files, so that each has its owner and access list before there is a secret in it. */
async function makeFiles(path: string, type: Service['type']): Promise<void> {
  for (const name of artifactsOf(type)) await (await open(join(path, name), 'a', 0o600)).close();
}

interface Access {
  /** Without, files are private to their owner. */
  grants?: Grant[];
  /** Without, files stay with whom they belong to. */
  owner?: string;
}

async function planAccess({ acls }: Folder, flags: FlagValues): Promise<Access> {
  const [bot, reader, owner] = [flags.text('bot-user'), flags.text('reader-user'), flags.text('owner')];
  if (owner !== undefined && !/^[^\s:]+:[^\s:]+$/.test(owner)) throw new UsageError('--owner takes USER:GROUP');
  const isWanted = acls === 'required' || bot !== undefined || reader !== undefined;
  if (acls === 'off' || !isWanted) return owner === undefined ? {} : { owner };
  if (bot === undefined || reader === undefined)
    throw new UsageError(
      'access lists need --bot-user and --reader-user',
      'Give both, or set "acls: off" for the folder in the configuration.',
    );
  await primaryGroup(reader); // setfacl does not say which name it does not know
  const group = await primaryGroup(bot);
  return { grants: [{ user: bot, isWriter: true }, { user: reader }], owner: owner ?? `${bot}:${group}` };
}

async function keepPrivate(path: string): Promise<void> {
  await chmod(path, 0o700);
  for (const entry of await readdir(path, { withFileTypes: true }))
    if (entry.isFile()) await chmod(join(path, entry.name), 0o600);
}

async function primaryGroup(user: string): Promise<string> {
  const { status, stdout, reason } = await runProgram('id', ['-gn', user]);
  if (status === 0) return stdout.trim();
  throw new CodedError('owner_failed', `user ${user} is not known to this system: ${reason}`);
}

async function changeOwner(path: string, owner: string): Promise<void> {
  const { status, reason } = await runProgram('chown', ['-R', '-P', '--', owner, path]);
  if (status === 0) return;
  throw new CodedError('owner_failed', `the owner of ${path} cannot be changed: ${reason}`, {
    hint: 'Run it as root.',
  });
}
