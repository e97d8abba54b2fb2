import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { runBinary } from '../helpers/peer-tools.js';
import type { CliRun } from '../helpers/run-cli.js';
import { removeFoldersAfterEach, temporaryFolder } from '../helpers/temporary-folder.js';
import { comparableListing, comparableWrite, withoutVerb } from './comparable.js';
import { bothTools, type ComparedCluster, type Run } from './compared-cluster.js';

/** The names that each tool gives to what it makes; equally long, so that tables are as wide. */
const PREFIXES = { real: 'peer-real', ours: 'peer-ours' };

const MADE_KINDS = ['role', 'user', 'bot', 'token', 'lock'];
const DOCUMENTS = readDocuments('documents.yaml');
const REFUSED_DOCUMENTS = readDocuments('refused-documents.yaml').map((text): [string, string] => [
  /name: PREFIX.([\w-]+)/.exec(text)?.[1] ?? '',
  text,
]);
const KINDS = ['bot', 'bot_instance', 'token', 'role', 'user', 'lock', 'cas', 'cap', 'netconfig', 'recconfig'];

/** Commands that read, run by both tools on the same state. */
const READS: string[] = [
  'status',
  'bots ls',
  'bots instances ls',
  'bot instance list peer-agent',
  'get bot_instance/peer-agent --format=json',
  'bots ls --format=json',
  ...['', '--format=text', '--format=json', '--format=yaml', '--with-secrets', '--labels=team=ci'].map(
    (flag) => `tokens ls ${flag}`,
  ),
  ...KINDS.flatMap((kind) => ['yaml', 'json', 'text'].map((format) => `get ${kind} --format=${format}`)),
  'get token/peer-ours-bound-keypair --format=json',
  'get tokens/peer-real-github',
  'get bot/peer-ours-bot,role/peer-real-role7,lock/peer-ours-lock',
  'get cert_authority/host/example.test',
  'get roles --format=text --verbose',
  'get locks/peer-ours-role-lock --format=text',
];

/** Commands that both tools refuse, with nothing on standard output. */
const REFUSED: string[] = [
  ...['bot', 'token', 'role', 'user', 'lock', 'cert_authority/host'].map((kind) => `get ${kind}/nope`),
  'get nonsense',
  'get cap/name',
  'get token/peer-ours-github --format=xml',
  'get bot/peer-ours-bot,token/peer-ours-github --format=json',
  ...['bot', 'token', 'role', 'user', 'lock'].map((kind) => `rm ${kind}/nope`),
  'rm token',
  'get bot_instance/peer-ours-bot/nope',
  'bots instances show peer-ours-bot',
  'bots instances show peer-ours-bot/nope',
  'bots instances add nope',
  'bots instances add peer-ours-bot --token=nope',
  'bots lock nope',
  'bots update nope --add-roles=access',
  'bots update peer-ours-bot --add-roles=nosuchrole',
  'update role/access --set-ttl=1h',
  'update rc/nope --set-ttl=1h',
  'bots lock peer-ours-bot --ttl=1h --expires=2040-01-01T00:00:00Z',
  'lock',
  'lock --user=peer-nobody --expires=tomorrow',
  'bots rm nope',
  'bots add peer-real-bot',
  'bots add peer-new-bot --token=nope',
  'tokens rm nope',
  'tokens add --type=bot',
  'tokens add --type=nosuch',
  'tokens add --type=node --value=peer-ours-github --format=text',
];

/** Commands that write, each tool under its own prefix. */
const WRITES: string[] = [
  'bots add PREFIX-added --format=json',
  'bots add PREFIX-added2 --format=json --roles=access,editor --logins=root,ubuntu --ttl=30m --max-session-ttl=1h',
  'bots add PREFIX-added3 --format=json --token=PREFIX-for-added3',
  'bots add PREFIX-added --format=json',
  'bots instances add PREFIX-added --format=json',
  'lock --user=PREFIX-nobody --login=PREFIX-login --message=Closed --ttl=1h',
  'lock --server-id=PREFIX-server --expires=2040-01-01T00:00:00Z',
  'bots lock PREFIX-added2 --ttl=1h',
  'tokens add --type=node --value=PREFIX-node --format=text',
  'tokens add --type=node,app,db --value=PREFIX-several --ttl=2h --labels=team=ci --format=json',
  'tokens add --type=kube --value=PREFIX-kube --format=yaml',
];

const REMOVALS: string[] = [
  'tokens rm PREFIX-node',
  'bots rm PREFIX-added',
  'rm bot/PREFIX-added2',
  'rm token/PREFIX-several',
  'rm lock/PREFIX-lock',
  'rm user/PREFIX-user',
  'rm role/PREFIX-role3',
  'rm role/PREFIX-role3',
];

const FOR_ADDED3 = `kind: token
version: v2
metadata: {name: PREFIX-for-added3}
spec: {roles: [Bot], bot_name: PREFIX-added3, join_method: kubernetes, kubernetes: {allow: [{service_account: "ns:sa"}]}}
`;

/** Settings that both tools write in turn, as there is one of each. */
const SETTINGS: Record<string, string> = {
  cap: `kind: cluster_auth_preference
version: v2
spec: {type: local, second_factors: [otp], disconnect_expired_cert: true, message_of_the_day: hello, locking_mode: strict}
`,
  netconfig: `kind: cluster_networking_config
version: v2
spec: {client_idle_timeout: 30m, keep_alive_interval: 3m, keep_alive_count_max: 5, idle_timeout_message: bye, proxy_listener_mode: 1}
`,
  recconfig: `kind: session_recording_config
version: v2
spec: {mode: proxy-sync, proxy_checks_host_keys: false}
`,
};

/** Has the real tctl and this one do the same on one cluster and compares what they print and what they leave behind. */
export function describeSameOutput(where: string, start: () => Promise<ComparedCluster>): void {
  describe(`the real tctl and this one, on ${where}`, () => {
    let cluster: ComparedCluster;
    let tools: ReturnType<typeof bothTools>;

    beforeAll(async () => {
      cluster = await start();
      tools = bothTools(cluster);
    });
    afterAll(() => cluster?.stop());

    removeFoldersAfterEach();

    it('an agent joins, to be listed', async () => {
      const { stdout } = await tools.ours(['bots', 'add', 'peer-agent', '--roles=access', '--format=json']);
      const token = (JSON.parse(stdout) as { token_id: string }).token_id;
      const folder = await temporaryFolder();
      const flags = [`--data-dir=${folder}/data`, `--destination-dir=${folder}/out`, `--token=${token}`];
      const run = await runBinary('tbot', [
        ...['start', 'legacy', '--oneshot', '--join-method=token', '--insecure'],
        ...[`--auth-server=${cluster.authAddress}`, ...flags],
      ]);
      expect(run.status === 0 ? '' : run.stderr).toBe('');
      await cluster.settle();
    });

    /** Runs one command with both tools, each with names of its own. */
    async function expectSameWrite(command: string, stdin = ''): Promise<void> {
      const [real, ours] = await both((tool, prefix) =>
        tool(command.replaceAll('PREFIX', prefix).split(' '), stdin.replaceAll('PREFIX', prefix)),
      );
      expect(outcome(ours, comparableWrite(ours.stdout, PREFIXES.ours))).toEqual(
        outcome(real, comparableWrite(real.stdout, PREFIXES.real)),
      );
    }

    async function expectSameRead(command: string): Promise<CliRun> {
      const args = command.trim().split(' ');
      const [real, ours] = await both((tool) => tool(args));
      expect(outcome(ours, comparableListing(args, ours.stdout))).toEqual(
        outcome(real, comparableListing(args, real.stdout)),
      );
      return real;
    }

    async function both(run: (tool: Run, prefix: string) => Promise<CliRun>): Promise<[CliRun, CliRun]> {
      return Promise.all([run(tools.real, PREFIXES.real), run(tools.ours, PREFIXES.ours)]);
    }

    describe('create the same resources', () => {
      it.each(MADE_KINDS)('create: each %s', (kind) => expectSameWrite('create', documentsOf(kind).join('---\n')));
      it('create: a token for a bot to come', () => expectSameWrite('create', FOR_ADDED3));
      it.each(MADE_KINDS)('create again: a %s', (kind) => expectSameWrite('create', documentsOf(kind)[0]));
      it.each(MADE_KINDS)('create -f: a %s', (kind) => expectSameWrite('create -f', documentsOf(kind)[0]));
      it.each(WRITES)('%s', (command) => expectSameWrite(command));

      it('bots add: the next command names the same proxy and join method', async () => {
        const [real, ours] = await both((tool, prefix) => tool(['bots', 'add', `${prefix}-added4`]));
        const flags = ({ stdout }: CliRun) => stdout.match(/--(proxy-server|join-method)=\S+/g);
        expect(flags(ours)).toEqual(flags(real));
        expect(flags(ours)).toContain('--join-method=token');
      });

      it('and what they made is the same', async () => {
        await cluster.settle();
        for (const kind of MADE_KINDS) {
          const { stdout } = await tools.real(['get', kind, '--format=json']);
          const made = (prefix: string) => resourcesOf(stdout, prefix);
          expect(made(PREFIXES.ours)).toEqual(made(PREFIXES.real));
          expect(made(PREFIXES.ours).length).toBeGreaterThanOrEqual(documentsOf(kind).length);
        }
      });
    });

    describe('change the same settings', () => {
      it.each(Object.entries(SETTINGS))('%s', async (kind, document) => {
        const turn = async (tool: Run): Promise<unknown[]> => {
          const written = await tool(['create', '-f', '--confirm'], document);
          await cluster.settle();
          const shown = await tool(['get', kind]);
          const reset = await tool(['rm', kind]);
          const again = await tool(['create', '-f', '--confirm'], document);
          const runs = [written, shown, reset, again];
          return runs.map((run) => outcome(run, withoutVerb(run.stdout).replace(/revision: .*/, 'revision')));
        };
        const start = await tools.real(['create', '-f', '--confirm'], document); // the same for both turns
        expect(start).toMatchObject({ status: 0, stderr: '' });
        await cluster.settle();
        const real = await turn(tools.real);
        await cluster.settle();
        expect(await turn(tools.ours)).toEqual(real);
        expect(real[0]).toMatchObject({ status: 0 });
      });
    });

    describe('print the same', () => {
      it.each(READS)('%s', async (command) => {
        const { status, stdout } = await expectSameRead(command);
        expect(status).toBe(0);
        expect(stdout).not.toBe('');
      });
    });

    describe('refuse the same', () => {
      it.each(REFUSED)('%s', async (command) => {
        const real = await expectSameRead(command);
        expect({ status: real.status, stdout: real.stdout }).toEqual({ status: 1, stdout: '' });
      });

      it.each(REFUSED_DOCUMENTS)('create: %s', async (_, text) => {
        const runs = await both((tool, prefix) => tool(['create', '-f'], text.replaceAll('PREFIX', prefix)));
        expect(runs.map(({ status, stdout }) => ({ status, stdout }))).toEqual([
          { status: 1, stdout: '' },
          { status: 1, stdout: '' },
        ]);
      });
    });

    describe('remove the same', () => {
      it.each(REMOVALS)('%s', (command) => expectSameWrite(command));

      it('and what is left is the same', async () => {
        await cluster.settle();
        for (const kind of MADE_KINDS) {
          const { stdout } = await tools.ours(['get', kind, '--format=json']);
          expect(namesOf(stdout, PREFIXES.ours)).toEqual(namesOf(stdout, PREFIXES.real));
        }
      });
    });
  });
}

/** The prose on standard error is each tool's own; that there is some goes with failing. */
function outcome({ status, stderr }: CliRun, stdout: string) {
  return { status, stdout, error: status === 0 ? undefined : /error/i.test(stderr) };
}

function readDocuments(file: string): string[] {
  return readFileSync(new URL(file, import.meta.url), 'utf8').split('---\n');
}

function documentsOf(kind: string): string[] {
  return DOCUMENTS.filter((text) => text.startsWith(`kind: ${kind}\n`));
}

interface Listed {
  metadata: { name: string };
}

/** The resources that one tool made, without what differs from write to write. */
function resourcesOf(listing: string, prefix: string): string[] {
  return (JSON.parse(listing) as Listed[])
    .filter(({ metadata }) => metadata.name.includes(prefix))
    .map((resource) => comparableWrite(JSON.stringify(resource), prefix))
    .sort();
}

function namesOf(listing: string, prefix: string): string[] {
  const names = (JSON.parse(listing) as Listed[]).map(({ metadata }) => metadata.name);
  return names.filter((name) => name.includes(prefix)).map((name) => name.replace(prefix, ''));
}
