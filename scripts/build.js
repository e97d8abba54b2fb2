// Makes dist/: the SDK and the embedded cluster as ES modules, and programs.cjs, which is tctl and tbot with all their
// commands. Both hold the packages they need: few files to read are most of what makes the programs start fast.
import { globSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { http2Only, lazyRequires, modulesApart, plainBuiltins } from './bundle-plugins.js';
import { descriptorLiterals } from './descriptor-literals.js';
import { LINE_LIMIT, programFile } from './program-file.js';
import { thirdPartyLicenses } from './third-party-licenses.js';

const root = fileURLToPath(new URL('..', import.meta.url));

const common = {
  absWorkingDir: root,
  outbase: 'src',
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node22.19',
  minifySyntax: true, // not the names: an unforeseen error shows where it happened
  minifyWhitespace: true,
  lineLimit: LINE_LIMIT,
  legalComments: 'none', // all licences stand in one file, written below
  logLevel: 'warning',
  metafile: true,
  write: false,
};

const sdk = await build({
  ...common,
  entryPoints: ['src/index.ts', 'src/lib/cluster/index.ts'],
  // Connect makes headers for every call; the global class loads Node's whole fetch at its first use.
  inject: ['src/lib/transport/plain-headers.ts'],
  // Packages in CommonJS ask for built-in modules with require.
  banner: { js: "import{createRequire as __cr}from'node:module';const require=__cr(import.meta.url);" },
  plugins: [http2Only, plainBuiltins, descriptorLiterals],
});

/** What bin/ asks for. */
const doors = [
  ...globSync('commands/**/*.ts', { cwd: `${root}src` }),
  'lib/cli/main.ts',
  'lib/cli/help.ts',
  'lib/agent/main.ts',
  'lib/transport/plain-headers.ts',
];

const programs = await build({
  ...common,
  entryPoints: globSync('src/**/*.ts', { cwd: root, exclude: ['**/*.d.ts'] }),
  external: ['typescript'], // oclif looks for a compiler only when it runs from sources
  plugins: [modulesApart, lazyRequires, http2Only, descriptorLiterals],
});

/** Paths of a build's files from dist/, with their texts. */
function texts({ outputFiles }) {
  return new Map(outputFiles.map(({ path, text }) => [relative(`${root}dist`, path), text]));
}

const inputs = [...Object.keys(sdk.metafile.inputs), ...Object.keys(programs.metafile.inputs)];
const made = texts(sdk)
  .set(
    'programs.cjs',
    await programFile(
      texts(programs),
      doors.map((path) => path.replace(/ts$/, 'js')),
    ),
  )
  .set('THIRD-PARTY-LICENSES.txt', thirdPartyLicenses(root, inputs));
for (const [path, text] of made) {
  const file = resolve(root, 'dist', path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
// Removed only now, so that a program that runs meanwhile finds its files.
for (const path of globSync('dist/**/*.{js,cjs}', { cwd: root })) {
  if (!made.has(relative('dist', path))) rmSync(resolve(root, path));
}
