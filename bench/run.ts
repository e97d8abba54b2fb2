// The figures of the budgets in docs/budgets.md, as a table. With TELEPORT_PEER (a folder with the real tctl) the same
// commands are timed with it in turn, on the same embedded cluster, and given as ratios.
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import Table from 'cli-table3';
import { connect } from 'machine-identity-tools';
import { startBenchCluster } from './cluster.ts';
import { measureDurableCreates } from './creates.ts';
import { startDelayRelay } from './delay-relay.ts';
import { type CommandLine, compare } from './measure.ts';

const ROUNDS = 15;
const ROUND_TRIP_MS = 50;
const DOCUMENTS = 200;

/** A tool's command line: ours, and the real one where TELEPORT_PEER has it. */
function toolOf(name: string, door: string): { ours: string[]; real?: string[] } {
  const path = join(process.env.TELEPORT_PEER ?? '', name);
  return {
    ours: [process.execPath, fileURLToPath(new URL(`../bin/${door}`, import.meta.url))],
    ...(process.env.TELEPORT_PEER !== undefined && existsSync(path) ? { real: [path] } : {}),
  };
}

const tctl = toolOf('tctl', 'run.js');
const tbot = toolOf('tbot', 'tbot.js');
if (tctl.real === undefined) console.log('TELEPORT_PEER names no folder with a real tctl: figures without ratios.');

const table = new Table({ head: ['what', 'ours', 'real', 'ratio', 'budget'], style: { head: [], border: [] } });

/** Times one command line, ours and the real one's in turn. */
async function timeCommand(
  what: string,
  budget: string,
  args: (round: number, tool: string) => readonly string[],
  {
    env = {},
    rounds = ROUNDS,
    realArgs = args,
    tool: { ours, real } = tctl,
  }: { env?: NodeJS.ProcessEnv; rounds?: number; realArgs?: typeof args; tool?: typeof tctl } = {},
): Promise<void> {
  const commands: Record<string, CommandLine> = { ours: (round) => [...ours, ...args(round, 'ours')] };
  if (real !== undefined) commands.real = (round) => [...real, ...realArgs(round, 'real')];
  // With NODE_EXTRA_CA_CERTS Node reads all of that file at each start; the real tool knows nothing of it.
  const { NODE_EXTRA_CA_CERTS: _, ...inherited } = process.env;
  const result = await compare(commands, { ...inherited, TELEPORT_TOOLS_VERSION: 'off', ...env }, rounds);
  const [mine, theirs] = [result.ours, result.real];
  const ratio = (a?: number, b?: number) => (a === undefined || b === undefined ? '-' : `${(a / b).toFixed(2)} x`);
  const ms = (value?: number) => (value === undefined ? '-' : `${value.toFixed(0)} ms`);
  const mib = (value?: number) => (value === undefined ? '-' : `${value.toFixed(0)} MiB`);
  table.push([what, ms(mine?.wallMs), ms(theirs?.wallMs), ratio(mine?.wallMs, theirs?.wallMs), budget]);
  table.push([
    `${what}: memory`,
    mib(mine?.peakMiB),
    mib(theirs?.peakMiB),
    ratio(mine?.peakMiB, theirs?.peakMiB),
    '0.9 x',
  ]);
}

function agentConfig(authServer: string, token: string, place: string): string {
  return `version: v2
auth_server: ${authServer}
onboarding: {join_method: token, token: ${token}}
storage: {type: directory, path: ${place}/storage}
outputs: [{type: identity, destination: {type: directory, path: ${place}/out}}]
`;
}

function tokenDocuments(count: number): string {
  const documents = Array.from(
    { length: count },
    (_, at) =>
      `kind: token\nversion: v2\nmetadata:\n  name: bulk-${at}\nspec:\n  roles: [Node]\n  join_method: token\n`,
  );
  return documents.join('---\n');
}

const folder = await mkdtemp(join(tmpdir(), 'bench-'));
try {
  await timeCommand('version', '1.0 x', () => ['version']);
  await timeCommand('--help (real: version)', '1.0 x', () => ['--help'], { realArgs: () => ['version'] });

  const cluster = await startBenchCluster();
  const env = { TELEPORT_AUTH_SERVER: cluster.authAddress, TELEPORT_IDENTITY_FILE: cluster.identityFile };
  const client = await connect({ authServers: [cluster.authAddress], identityFile: cluster.identityFile });
  await client.tokens.create({ metadata: { name: 'x' }, spec: { roles: ['Node'], joinMethod: 'token' } });
  await timeCommand('status', '1.0 x', () => ['status'], { env });
  await timeCommand('get token/x --format=json', '1.0 x', () => ['get', 'token/x', '--format=json'], { env });
  const addBot = (round: number, tool: string) => ['bots', 'add', `bench-${tool}-${round + 1}`, '--format=json'];
  await timeCommand('bots add --format=json', '1.0 x', addBot, { env });

  const configs: Record<string, string> = {};
  for (const name of ['ours', 'real']) {
    const bot = `agent-${name}`;
    await client.bots.create({ name: bot, roles: ['access'] });
    await client.tokens.create({
      metadata: { name: bot },
      spec: { roles: ['Bot'], botName: bot, joinMethod: 'token' },
    });
    const config = join(folder, `${bot}.yaml`);
    await writeFile(config, agentConfig(cluster.authAddress, bot, join(folder, bot)));
    configs[name] = config;
  }
  const oneShot = (_: number, name: string) => ['start', '-c', configs[name] ?? '', '--oneshot'];
  await timeCommand('tbot one-shot: a renewal and an output', '1.2 x', oneShot, {
    tool: tbot,
    env: { SSL_CERT_FILE: cluster.proxyCaFile },
  });

  const relay = await startDelayRelay(cluster.authAddress, ROUND_TRIP_MS);
  const far = { ...env, TELEPORT_AUTH_SERVER: relay.address };
  await timeCommand(`status at ${ROUND_TRIP_MS} ms round trip`, '0.4 x', () => ['status'], { env: far, rounds: 5 });
  const file = join(folder, 'tokens.yaml');
  await writeFile(file, tokenDocuments(DOCUMENTS));
  const what = `create -f, ${DOCUMENTS} documents at ${ROUND_TRIP_MS} ms`;
  await timeCommand(what, '0.1 x', () => ['create', '-f', file], { env: far, rounds: 3 });
  relay.close();
  await client.close();
  await cluster.stop();

  table.push(['cluster: start to first Ping', `${cluster.startMs.toFixed(0)} ms`, '-', '-', '1000 ms']);
  table.push(['cluster: memory', `${cluster.memoryMiB.toFixed(0)} MiB`, '-', '-', '150 MiB']);
  const creates = await measureDurableCreates(10_000, 256);
  table.push(['durable token creates', `${creates.perSecond.toFixed(0)}/s`, '-', '-', '2000/s']);
  table.push(['lost after SIGKILL', `${creates.lost} of ${creates.answered}`, '-', '-', '0']);
} finally {
  await rm(folder, { recursive: true, force: true });
}
console.log(table.toString());
