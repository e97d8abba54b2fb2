import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';

const root = fileURLToPath(new URL('../..', import.meta.url));
const programs = `${root}dist/programs.cjs`;

interface Loaded {
  /** Texts of the parts of dist/programs.cjs that were evaluated. */
  parts: string[];
  /** Modules of Node, public and internal. */
  builtins: string[];
}

/** Runs a command line and notes what is evaluated for it, which V8's coverage tells. */
async function loadedBy(...args: string[]): Promise<Loaded> {
  const spy = "process.on('exit', () => process.stderr.write('LOADED ' + JSON.stringify(process.moduleLoadList)));";
  const folder = await mkdtemp(join(tmpdir(), 'coverage-'));
  try {
    const { stderr } = await promisify(execFile)(
      process.execPath,
      ['--import', `data:text/javascript,${encodeURIComponent(spy)}`, `${root}bin/run.js`, ...args],
      { env: { ...process.env, NODE_V8_COVERAGE: folder, NODE_DISABLE_COMPILE_CACHE: '1' } },
    );
    const builtins = JSON.parse(stderr.slice(stderr.indexOf('LOADED ') + 'LOADED '.length)) as string[];
    return { parts: evaluatedParts(folder), builtins };
  } finally {
    await rm(folder, { recursive: true });
  }
}

interface Coverage {
  result: { url: string; functions: { ranges: { startOffset: number; endOffset: number; count: number }[] }[] }[];
}

function evaluatedParts(folder: string): string[] {
  const text = readFileSync(programs, 'utf8');
  const starts = new Set([...text.matchAll(/^\$part\("[^"]+",/gm)].map((match) => match.index + match[0].length));
  const covered = readdirSync(folder)
    .map((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as Coverage)
    .flatMap(({ result }) => result.filter(({ url }) => url.endsWith('dist/programs.cjs')))
    .flatMap(({ functions }) => functions.map(({ ranges }) => ranges[0]));
  const evaluated = covered.filter((range) => range && range.count > 0 && starts.has(range.startOffset));
  return evaluated.map((range) => text.slice(range?.startOffset, range?.endOffset));
}

/** Words that only these libraries contain; bundling moves code about, but does not change its texts. */
const MARKS = {
  undici: 'UND_ERR_',
  connect: 'ConnectError',
  protobuf: 'protobuf',
  'js-yaml': 'YAMLException',
  'cli-table3': 'top-mid',
};

/** Modules of Node that take as long as the rest of such a command, or bring along others that do. */
const SLOW_BUILTINS = ['tls', 'http2', 'sqlite', 'crypto', 'stream/consumers', 'internal/deps/undici/undici'];

function librariesIn(texts: string[]): string[] {
  return Object.entries(MARKS)
    .filter(([, mark]) => texts.some((text) => text.includes(mark)))
    .map(([library]) => library);
}

describe('what a command loads', () => {
  it.each([[['version']], [['--help']], [['bots', 'add', '--help']], [['version', '--format=json']]])(
    '%j loads neither client nor transport nor tables',
    async (args) => {
      const { parts, builtins } = await loadedBy(...args);

      expect(librariesIn(parts)).toEqual([]);
      for (const name of SLOW_BUILTINS) {
        expect(builtins).not.toContain(`NativeModule ${name}`);
      }
    },
  );

  it('version evaluates little', async () => {
    const { parts } = await loadedBy('version');

    const kilobytes = parts.reduce((sum, part) => sum + part.length, 0) / 1024;
    expect(parts.length).toBeGreaterThan(3);
    expect(parts.length).toBeLessThanOrEqual(30);
    expect(kilobytes).toBeLessThan(700);
  });

  it('the marks are found where the libraries are used', async () => {
    const { parts } = await loadedBy('create', '--dry-run', `${root}test/fixtures/documents/token.yaml`);

    expect(librariesIn(parts)).toEqual(expect.arrayContaining(['protobuf', 'js-yaml']));
  });
});
