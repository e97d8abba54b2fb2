import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { name, dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
  name: string;
  dependencies: Record<string, string>;
};

/** Programs in TypeScript that the pages for users show. */
const programs = ['README.md', 'docs/sdk.md'].flatMap((page) =>
  [...readFileSync(join(root, page), 'utf8').matchAll(/```ts\n(.*?)```/gs)].map(([, program = '']) => program),
);

describe("the package's declarations, in a project that has only its run-time dependencies and @types/node", () => {
  let project: string;

  beforeAll(() => {
    project = mkdtempSync(join(tmpdir(), 'published-types-'));
    const own = join(project, 'node_modules', name);
    mkdirSync(own, { recursive: true });
    cpSync(join(root, 'package.json'), join(own, 'package.json'));
    emitDeclarations(join(own, 'dist'));
    for (const other of [...Object.keys(dependencies), '@types/node']) {
      mkdirSync(dirname(join(project, 'node_modules', other)), { recursive: true });
      symlinkSync(join(root, 'node_modules', other), join(project, 'node_modules', other));
    }
  });

  afterAll(() => rmSync(project, { recursive: true, force: true }));

  it('are enough for the programs of the pages for users', () => {
    expect(programs.length).toBeGreaterThan(6);
    const files = programs.map((program, index) => {
      const file = join(project, `program-${index}.mts`);
      writeFileSync(file, program);
      return file;
    });
    const options = ['--noEmit', '--strict', '--target', 'es2024', '--module', 'nodenext', '--types', 'node'];
    const { status, stdout } = runCompiler(['--ignoreConfig', ...options, ...files], project);

    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
  });
});

function emitDeclarations(outDir: string): void {
  const { status, stdout } = runCompiler(
    ['-p', root, '--emitDeclarationOnly', '--incremental', 'false', '--outDir', outDir],
    root,
  );
  if (status !== 0) throw new Error(stdout);
}

function runCompiler(args: string[], cwd: string) {
  return spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), ...args], {
    cwd,
    encoding: 'utf8',
  });
}
