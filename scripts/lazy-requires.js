import { readFile } from 'node:fs/promises';

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
