// Makes dist/: every command, the SDK, the embedded cluster and what they load, bundled with their packages into shared
// chunks. One file read instead of hundreds is most of what makes the tools start fast.
import { globSync, rmSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { http2Only, lazyRequires, plainBuiltins } from './bundle-plugins.js';
import { thirdPartyLicenses } from './third-party-licenses.js';

const root = fileURLToPath(new URL('..', import.meta.url));

const { metafile } = await build({
  absWorkingDir: root,
  entryPoints: [
    ...globSync('src/commands/**/*.ts', { cwd: root }),
    'src/lib/cli/main.ts',
    'src/lib/cli/help.ts',
    'src/lib/agent/main.ts',
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
  minifySyntax: true, // not the white space: an unforeseen error shows its line of code
  legalComments: 'none', // all licences stand in one file, written below
  // oclif looks for a TypeScript compiler only when it runs from sources.
  external: ['typescript'],
  // Packages in CommonJS ask for built-in modules with require.
  banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" },
  logLevel: 'warning',
  metafile: true,
  plugins: [lazyRequires, http2Only, plainBuiltins],
  // Connect makes headers for every call; the global class loads Node's whole fetch at its first use.
  inject: ['src/lib/transport/plain-headers.ts'],
});

writeFileSync(`${root}dist/THIRD-PARTY-LICENSES.txt`, thirdPartyLicenses(root, Object.keys(metafile.inputs)));

// Removed only now, so that a tctl that runs meanwhile finds its files.
const made = new Set(Object.keys(metafile.outputs).map((path) => resolve(root, path)));
for (const path of globSync('dist/**/*.js', { cwd: root })) {
  if (!made.has(resolve(root, path))) rmSync(resolve(root, path));
}
