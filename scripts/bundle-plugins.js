import { readFile } from 'node:fs/promises';
import { resolve, sep } from 'node:path';

/**
 * Lets the bundled oclif load its parts when they are first used. Its files are CommonJS made by the TypeScript compiler:
 * every import is a constant at the top of the file that is only ever read through its name, so the constant can become a
 * function that requires once. Unchanged, importing `Command` evaluates all of oclif: help, plugins, globs, templates.
 */
export const lazyRequires = {
  name: 'lazy-requires',
  setup(build) {
    build.onLoad({ filter: /@oclif[\\/]core[\\/]lib[\\/].*\.js$/ }, async ({ path }) => ({
      contents: makeLazy(await readFile(path, 'utf8')),
      loader: 'js',
    }));
  },
};

/**
 * undici without its HTTP/1.1 parser, which is 300 kB of WebAssembly: the transport offers `h2` and nothing else.
 */
export const http2Only = {
  name: 'http2-only',
  setup(build) {
    build.onResolve({ filter: /client-h1\.js$/ }, () => ({ path: 'client-h1', namespace: 'http2-only' }));
    build.onLoad({ filter: /.*/, namespace: 'http2-only' }, () => ({
      contents: `module.exports = () => { throw new Error('HTTP/1.1 is not offered'); };`,
    }));
  },
};

/**
 * Takes Node's built-in modules as objects. An `import` of one makes Node read every property of the module, and some of
 * them are getters that load much more: `node:http` a whole HTTP client, `node:util` worker threads.
 */
export const plainBuiltins = {
  name: 'plain-builtins',
  setup(build) {
    build.onResolve({ filter: /^node:/ }, ({ path, kind }) =>
      kind === 'dynamic-import' ? undefined : { path, namespace: 'builtin' },
    );
    build.onLoad({ filter: /.*/, namespace: 'builtin' }, ({ path }) => ({
      contents: `module.exports = process.getBuiltinModule(${JSON.stringify(path)});`,
    }));
  },
};

const IMPORT = /^const (\w+) = ((?:__importDefault|__importStar)\(require\("[^"]+"\)\)|require\("[^"]+"\));$/gm;

function makeLazy(source) {
  const names = [];
  const lazy = source.replace(IMPORT, (_line, name, expression) => {
    names.push(name);
    return `let $$${name};const $get_${name} = () => ($$${name} ??= ${expression});`;
  });
  if (names.length === 0) return source;
  return lazy.replace(new RegExp(`(?<![\\w$."'])(${names.join('|')})(?=[.;,)\\]])`, 'g'), '($$get_$1())');
}

/** Leaves every module of ours a file of its own, with the packages that it uses in chunks beside them. */
export const modulesApart = {
  name: 'modules-apart',
  setup(build) {
    const own = resolve(build.initialOptions.absWorkingDir, build.initialOptions.outbase) + sep;
    build.onResolve({ filter: /^\./ }, ({ path, importer }) =>
      importer.startsWith(own) ? { path, external: true } : undefined,
    );
  },
};
