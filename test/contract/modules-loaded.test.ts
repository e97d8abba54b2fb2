import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';

const root = fileURLToPath(new URL('../..', import.meta.url));

interface Loaded {
  /** Files of the package, as paths. */
  files: string[];
  /** Modules of Node, public and internal. */
  builtins: string[];
}

/** Runs a command line and notes what Node loads for it. */
async function loadedBy(...args: string[]): Promise<Loaded> {
  const spy = `import { registerHooks } from 'node:module';
    const files = [];
    registerHooks({ load: (url, context, next) => (url.startsWith('file:') && files.push(url), next(url, context)) });
    process.on('exit', () => process.stderr.write('LOADED ' + JSON.stringify({ files, builtins: process.moduleLoadList })));`;
  const { stderr } = await promisify(execFile)(process.execPath, [
    '--import',
    `data:text/javascript,${encodeURIComponent(spy)}`,
    `${root}bin/run.js`,
    ...args,
  ]);
  const { files, builtins } = JSON.parse(stderr.slice(stderr.indexOf('LOADED ') + 'LOADED '.length)) as Loaded;
  return { files: files.map((url) => fileURLToPath(url)), builtins };
}

/** Words that only these libraries contain; bundling moves code between files, but does not change its texts. */
const MARKS = {
  undici: 'UND_ERR_',
  connect: 'ConnectError',
  protobuf: 'protobuf',
  'js-yaml': 'YAMLException',
  'cli-table3': 'top-mid',
};

function librariesIn(files: string[]): string[] {
  const texts = files.map((file) => readFileSync(file, 'utf8'));
  return Object.entries(MARKS)
    .filter(([, mark]) => texts.some((text) => text.includes(mark)))
    .map(([library]) => library);
}

describe('what a command loads', () => {
  it.each([[['version']], [['--help']], [['bots', 'add', '--help']], [['version', '--format=json']]])(
    '%j loads neither client nor transport nor tables',
    async (args) => {
      const { files, builtins } = await loadedBy(...args);

      expect(librariesIn(files)).toEqual([]);
      for (const name of ['tls', 'http2', 'sqlite', 'internal/deps/undici/undici']) {
        expect(builtins).not.toContain(`NativeModule ${name}`);
      }
    },
  );

  it('version loads a handful of small files', async () => {
    const { files } = await loadedBy('version');

    const kilobytes = files.reduce((sum, file) => sum + readFileSync(file).length, 0) / 1024;
    expect(files.length).toBeLessThanOrEqual(30);
    expect(kilobytes).toBeLessThan(700);
  });

  it('the marks are found where the libraries are used', async () => {
    const { files } = await loadedBy('create', '--dry-run', `${root}test/fixtures/documents/token.yaml`);

    expect(librariesIn(files)).toEqual(expect.arrayContaining(['protobuf', 'js-yaml']));
  });
});
