// Makes dist/: every command, the SDK, the embedded cluster and what they load, bundled with their packages into shared
// chunks. One file read instead of hundreds is most of what makes the tools start fast.
import { globSync, rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

rmSync(`${root}dist`, { recursive: true, force: true });
await build({
  absWorkingDir: root,
  entryPoints: [
    ...globSync('src/commands/**/*.ts', { cwd: root }),
    'src/lib/cli/main.ts',
    'src/lib/cli/help.ts',
    'src/lib/cluster/index.ts',
    'src/index.ts',
  ],
  outbase: 'src',
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node22.19',
  minifySyntax: true,
  minifyWhitespace: true,
  legalComments: 'linked',
  // oclif looks for a TypeScript compiler only when it runs from sources.
  external: ['typescript'],
  // Packages in CommonJS ask for built-in modules with require.
  banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" },
  logLevel: 'warning',
});
