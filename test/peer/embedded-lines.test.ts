import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { RunningCluster } from '../../src/lib/cluster/index.js';
import { startTestCluster } from '../helpers/cluster.js';
import { type RealCluster, startRealCluster } from '../helpers/peer-cluster.js';
import { runBinary } from '../helpers/peer-tools.js';
import { adminEnv, type CliRun } from '../helpers/run-cli.js';
import { comparableListing, comparableWrite } from './comparable.js';
import { PREFIX, readingLines, sample, writingLines } from './generated-lines.js';
import { unlikeEmbedded } from './intended-differences.js';

const SHARE = process.env.PEER_ALL_LINES ? 1 : 0.2;
const SEED = 2;
const NAMES = 'lines';
const DOCUMENTS = readFileSync(new URL('documents.yaml', import.meta.url), 'utf8');

type Run = (args: string[], stdin?: string) => Promise<CliRun>;

let embedded: RunningCluster;
let real: RealCluster;
let tctl: Record<'real' | 'embedded', Run>;

beforeAll(async () => {
  [real, embedded] = await Promise.all([startRealCluster(), startTestCluster({ serverVersion: '18.0.0' })]);
  const realEnv = { TELEPORT_AUTH_SERVER: real.authAddress, TELEPORT_IDENTITY_FILE: real.identityFile };
  tctl = {
    real: (args, stdin) => runBinary('tctl', args, { env: { ...realEnv, EDITOR: 'true' }, stdin }),
    embedded: (args, stdin) => runBinary('tctl', args, { env: { ...adminEnv(embedded), EDITOR: 'true' }, stdin }),
  };
  for (const token of await invitations()) await tctl.real(['tokens', 'rm', token]);
  for (const prefix of ['seed', NAMES]) {
    for (const run of Object.values(tctl)) {
      const { status, stderr } = await run(['create', '-f'], DOCUMENTS.replaceAll(PREFIX, prefix));
      if (status !== 0) throw new Error(stderr);
    }
  }
  await real.settle();
});
afterAll(() => Promise.all([real?.stop(), embedded?.stop()]));

/** Those of the users that a real cluster had to be given. */
async function invitations(): Promise<string[]> {
  const { stdout } = await tctl.real(['tokens', 'ls', '--format=text', '--with-secrets']);
  return stdout.match(/^[0-9a-f]{32}$/gm) ?? [];
}

async function both(line: string): Promise<[CliRun, CliRun]> {
  const args = line.replaceAll(PREFIX, NAMES).split(' ');
  return Promise.all([tctl.real(args), tctl.embedded(args)]);
}

/** Without the keys and addresses of the cluster that a text is from. */
function anywhere(text: string): string {
  return [embedded.authAddress, embedded.proxyAddress, real.authAddress, real.proxyAddress]
    .reduce((rest, address) => rest.replaceAll(address, '<address>'), text)
    .replace(/(by"?: "?|name: )(boss|admin)\b/g, '$1<administrator>')
    .replace(/(-----BEGIN [A-Z ]+-----)[^-]*/g, '$1')
    .replace(/AAAA[\w+/=]+/g, '<key>')
    .replace(/SHA256:[\w+/]+/g, '<fingerprint>')
    .replace(/: (LS0tLS1|c3NoL)[\w+/=]+/g, ': <key>')
    .replace(/sha256:[0-9a-f]{64}/g, '<pin>');
}

function told(line: string, { status, stdout }: CliRun, text: (stdout: string) => string) {
  const difference = unlikeEmbedded(line);
  if (difference?.of === 'status') return {};
  return difference?.of === 'output' ? { status } : { status, stdout: anywhere(text(stdout)) };
}

describe('the real tctl reads the same on the embedded cluster as on a real one', () => {
  it.each(sample(readingLines(), SHARE, SEED))('tctl %s', async (line) => {
    const [there, here] = await both(line);
    const text = (stdout: string) => comparableWrite(comparableListing(line.split(' '), stdout), NAMES);

    expect(told(line, here, text)).toEqual(told(line, there, text));
  });
});

describe('the real tctl writes the same', () => {
  it.each(sample(writingLines(), SHARE, SEED))('tctl %s', async (line) => {
    if (/^(bots|users) update/.test(line)) await real.settle();
    const [there, here] = await both(line);
    const text = (stdout: string) => comparableWrite(stdout, NAMES);

    expect(told(line, here, text)).toEqual(told(line, there, text));
  });

  it.each(['bot', 'token', 'role', 'user', 'lock'])('and finds the same behind: %s', async (kind) => {
    await real.settle();
    const madeOn = async (run: Run) => {
      const { stdout } = await run(['get', kind, '--format=json']);
      return (JSON.parse(stdout) as unknown[])
        .map((resource) => anywhere(comparableWrite(JSON.stringify(resource), NAMES)))
        .filter((text) => text.includes(`${PREFIX}-`))
        .map((text) => text.replace(/"(boss|admin)"/g, '"<administrator>"').replace(/"created_at":"[^"]*"/g, ''))
        .sort();
    };

    expect(await madeOn(tctl.embedded)).toEqual(await madeOn(tctl.real));
  });
});
