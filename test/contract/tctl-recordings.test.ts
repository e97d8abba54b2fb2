import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunningCluster } from '../../src/lib/cluster/index.js';
import { startTestCluster } from '../helpers/cluster.js';
import {
  cellsOf,
  documentsOf,
  normalise,
  type Recording,
  readRecordings,
  withCurrentBots,
} from '../helpers/recordings.js';
import { adminEnv, runCli } from '../helpers/run-cli.js';

/** Cases in which this tool does something else on purpose. */
const DIFFERENT: Record<string, { reason: string; exit?: number; stdout?: unknown }> = {
  version: { reason: 'names itself', stdout: expect.stringMatching(/^tctl v\d+\.\d+\.\d+ git: node\d/) },
  'create token: bound_keypair without onboarding (18.0 refuses; 18.1+ accepts)': {
    reason: 'the cluster makes a registration secret, as from 18.1',
    exit: 0,
    stdout: 'provision_token "example" has been created\n',
  },
  'create bot: -f': { reason: 'says that it was there', stdout: 'bot "kp" has been updated\n' },
  'create token: github again without -f': {
    reason: 'says that it was there',
    stdout: 'provision_token "gh" has been updated\n',
  },
  'create token: unknown field': { reason: 'a misspelt field is refused, not dropped', exit: 1, stdout: '' },
  'create: list document': {
    reason: 'what get --format=json prints is accepted',
    exit: 0,
    stdout: 'bot "x" has been created\n',
  },
  'bots update: add roles': {
    reason: 'says what has changed',
    stdout: 'Bot "example" has been updated:\n\troles: (none) -> access\n',
  },
  'bots update: set roles': {
    reason: 'says what has changed',
    stdout: 'Bot "example" has been updated:\n\troles: access -> access,editor\n',
  },
  'bots update: set logins': {
    reason: 'says what has changed',
    stdout: 'Bot "example" has been updated:\n\tlogins: (none) -> root\n',
  },
  'bots update: nothing': { reason: 'says so', stdout: 'Bot "example" is already so; nothing has changed\n' },
  'bots lock': {
    reason: 'a message may be given here, as with "tctl lock"',
    exit: 0,
    stdout: expect.stringMatching(/^Created a lock with name "[0-9a-f-]{36}"\.\n$/),
  },
  'create: multi document, second fails': { reason: 'all documents are checked before the first is sent', stdout: '' },
};

type Step = (run: (args: string[], stdin?: string) => Promise<unknown>) => Promise<unknown>;

/** Steps that put the cluster where the recorded one was. */
const BEFORE: Record<string, Step> = {
  // A real cluster lists a new role only after a while.
  'get role text': (run) => run(['rm', 'role/ci-deploy']),
  // What had been changed a moment ago was not to be read yet.
  'get bot after update': (run) => run(['bots', 'update', 'example', '--set-logins=']),
  // The first of several documents had stayed when the second failed.
  'users ls': (run) => run(['create'], 'kind: bot\nversion: v1\nmetadata: {name: m2}\nspec: {roles: []}\n'),
};

/** Steps that put the cluster where the recorded one was after a case that went differently. */
const AFTERWARDS: Record<string, Step> = {
  'get role text': (run) => run(['create', 'r.yaml']),
  'create: list document': (run) => run(['rm', 'bot/x']),
  'bots lock': (run) => run(['bots', 'unlock', 'example']),
  'create token: bound_keypair without onboarding (18.0 refuses; 18.1+ accepts)': (run) => run(['rm', 'token/example']),
  'create token: unknown field': (run) => {
    const spec =
      'spec: {roles: [Bot], bot_name: kp, join_method: github, github: {allow: [{repository: org/repo, ref: refs/heads/main}]}}';
    const metadata = 'metadata: {name: gh2, expires: "2030-01-01T00:00:00Z", labels: {team: ci}}';
    return run(['create'], `kind: token\nversion: v2\n${metadata}\n${spec}\n`);
  },
};

const recordings = readRecordings();

/** Tokens that the real tool leaves behind when the bot they are for cannot be made (cli §10.2). */
const ORPHANS = ['9666e88918ee418d39ba08cfb715fdd6', '24d2d712fb03c41089ecbeb80d45f7a1'];
const isOrphan = (text: string) => ORPHANS.some((name) => text.includes(name) || text.includes(`*${name.slice(24)}`));

describe('replaying what the real tctl 18.0.0 printed', () => {
  let cluster: RunningCluster;
  let folder: string;

  beforeAll(async () => {
    cluster = await startTestCluster();
    folder = await mkdtemp(join(tmpdir(), 'recordings-'));
  });

  afterAll(async () => {
    await cluster.stop();
    await rm(folder, { recursive: true });
  });

  const run = (args: string[], stdin?: string) =>
    runCli(args, { cwd: folder, stdin, env: { ...adminEnv(cluster), TELEPORT_EDITOR: 'true' } });

  for (const recording of recordings) {
    const { name, argv, files = {}, stdin } = recording;
    const different = DIFFERENT[name];
    it(different ? `${name} (${different.reason})` : name, async () => {
      await Promise.all(Object.entries(files).map(([file, text]) => writeFile(join(folder, file), text)));

      await BEFORE[name]?.(run);

      const { status, stdout, stderr } = await run(argv.slice(1), stdin);

      try {
        expect({ status, stderr }).toMatchObject({ status: different?.exit ?? recording.exit });
        if (status !== 0) expect(stderr).toMatch(/^ERROR: \S/);
        if (different?.stdout !== undefined) expect(stdout).toEqual(different.stdout);
        else if (recording.note === undefined) expectSameOutput(stdout, recording);
      } finally {
        await AFTERWARDS[name]?.(run);
      }
    });
  }
});

function expectSameOutput(stdout: string, { argv, stdout: recorded = '' }: Recording): void {
  // There resources were made by the auth host itself, here by the administrator, and settings came from a file.
  const expected = withCurrentBots(recorded)
    .replace(/name: [0-9a-f-]{36}\.example\.test/, 'name: admin')
    .replace('origin: config-file', 'origin: defaults');
  const isTokenList = argv[1] === 'tokens' && argv[2] === 'ls';
  const isTable = /^-+( +-+)* +$/m.test(expected);
  if (argv[1] === 'status') {
    // The real cluster lists the authority db_client twice.
    const rows = cellsOf(expected).filter(([name], index, all) => name !== all[index - 1]?.[0] || name === '');
    expect(cellsOf(stdout.replace(/Version: \S+/, 'Version: 18.0.0'))).toEqual(rows);
  } else if (isTable && isTokenList) {
    const rows = expected.split('\n').filter((line) => !isOrphan(line));
    expect(cellsOf(stdout).sort()).toEqual(cellsOf(rows.join('\n')).sort());
  } else if (isTable) {
    expect(cellsOf(stdout).filter(([name]) => name !== 'admin')).toEqual(cellsOf(expected));
  } else if (isTokenList && expected !== '[]') {
    // Those that expire in the same second come in the order of their random names.
    const kept = documentsOf(expected).filter((document) => !isOrphan(document));
    expect(documentsOf(stdout).map(normalise).sort()).toEqual(kept.map(normalise).sort());
  } else {
    expect(normalise(stdout)).toBe(normalise(expected));
  }
}
