import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type RealCluster, startRealCluster } from '../helpers/peer-cluster.js';
import type { CliRun } from '../helpers/run-cli.js';
import { comparableListing, comparableWrite } from './comparable.js';
import { bothTools } from './compared-cluster.js';
import { PREFIX, readingLines, sample, writingLines } from './generated-lines.js';
import { intended } from './intended-differences.js';

const SHARE = process.env.PEER_ALL_LINES ? 1 : 0.2;
const SEED = 1;
const PREFIXES = { real: 'gen-real', ours: 'gen-ours' };
const DOCUMENTS = readFileSync(new URL('documents.yaml', import.meta.url), 'utf8');

let cluster: RealCluster;
let tools: ReturnType<typeof bothTools>;

beforeAll(async () => {
  cluster = await startRealCluster();
  tools = bothTools(cluster, { EDITOR: 'true' });
  for (const prefix of ['seed', PREFIXES.real, PREFIXES.ours]) {
    const { status, stderr } = await tools.real(['create', '-f'], DOCUMENTS.replaceAll(PREFIX, prefix));
    if (status !== 0) throw new Error(stderr);
  }
  await cluster.settle();
});
afterAll(() => cluster?.stop());

async function both(line: string): Promise<[CliRun, CliRun]> {
  const run = (tool: 'real' | 'ours') => tools[tool](line.replaceAll(PREFIX, PREFIXES[tool]).split(' '));
  return Promise.all([run('real'), run('ours')]);
}

/** What is compared of a run. Where a difference is intended, that is the status, or nothing. */
function told(line: string, { status, stdout }: CliRun, text: (stdout: string) => string) {
  const difference = intended(line);
  if (difference?.of === 'status') return {};
  return difference?.of === 'output' ? { status } : { status, stdout: text(stdout) };
}

describe('lines that read', () => {
  it.each(sample(readingLines(), SHARE, SEED))('tctl %s', async (line) => {
    const [real, ours] = await both(line);
    const text = (stdout: string) => comparableListing(line.split(' '), stdout);

    expect(told(line, ours, text)).toEqual(told(line, real, text));
  });
});

describe('lines that write', () => {
  it.each(sample(writingLines(), SHARE, SEED))('tctl %s', async (line) => {
    // The real tool writes over what its cluster's cache has not taken up yet.
    if (/^(bots|users) update/.test(line)) await cluster.settle();
    const [real, ours] = await both(line);

    expect(told(line, ours, (stdout) => comparableWrite(stdout, PREFIXES.ours))).toEqual(
      told(line, real, (stdout) => comparableWrite(stdout, PREFIXES.real)),
    );
  });

  it.each(['bot', 'token', 'role', 'user', 'lock'])('and leave the same behind: %s', async (kind) => {
    await cluster.settle();
    const { stdout } = await tools.real(['get', kind, '--format=json']);
    const all = (JSON.parse(stdout) as unknown[]).map((resource) => JSON.stringify(resource));
    // The real tool gives a user empty traits where a flag is left out.
    const whole = (text: string) =>
      text
        .replace(/"\w+":(null|\[""\]),?/g, '')
        .replaceAll(',}', '}')
        .replace('"traits":{},', '');
    const madeBy = (prefix: string) =>
      all
        .filter((text) => text.includes(prefix))
        .map((text) => comparableWrite(whole(text), prefix))
        .sort();

    expect(madeBy(PREFIXES.ours)).toEqual(madeBy(PREFIXES.real));
  });
});
