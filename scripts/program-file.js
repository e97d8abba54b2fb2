import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { transform } from 'esbuild';

/** Characters to a line, about: an error shows the line of code that it comes from. */
export const LINE_LIMIT = 120;

/**
 * Puts the files that esbuild made of the programs together into one script, which bin/programs.js runs. esbuild splits code
 * in ES modules only, and Node takes far longer over a graph of those than over one file. Each part stays a function of its
 * own, which runs when the part is first asked for: a command evaluates no more than it did with many files.
 *
 * @param {Map<string, string>} parts ES modules by path
 * @returns {Promise<string>} an expression: a function that is given `require` and `import`, and gives an object with a function
 * for each part, which gives the part's exports. The first line tells one build from another.
 */
export async function programFile(parts) {
  const name = (path) => JSON.stringify(path.replace(/\.js$/, ''));
  const pieces = await Promise.all(
    [...parts].map(async ([path, text]) => {
      const reference = (all, specifier) => {
        const target = posix.join(posix.dirname(path), specifier);
        return parts.has(target) ? `$parts[${name(target)}]()` : all;
      };
      const { code } = await transform(text, {
        format: 'cjs',
        platform: 'neutral',
        target: 'node22.19',
        minifySyntax: true,
        minifyWhitespace: true,
        lineLimit: LINE_LIMIT,
      });
      const linked = code
        .replace(/\bimport\(\s*"(\.[^"]+)"\s*\)/g, (all, specifier) => {
          const found = reference(all, specifier);
          return found === all ? all : `Promise.resolve().then(() => ${found})`;
        })
        .replace(/\brequire\(\s*"(\.[^"]+)"\s*\)/g, reference)
        .replace(/\bimport\((?=[^)])/g, '$import(')
        // The copy it makes is for loaders that look for the mark of a converted ES module; here parts load each other.
        .replace(/module\.\s*exports=\s*__toCommonJS\(stdin_exports\)/, 'module.exports=stdin_exports');
      return `$part(${name(path)}, (module, exports) => {\n${linked}});\n`;
    }),
  );
  // esbuild leaves other characters in comments and patterns only, where this stands for them; ASCII is read fastest.
  const text = (HEAD + pieces.join('') + END).replace(
    /[^\0-\x7f]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `// ${createHash('sha256').update(text).digest('hex').slice(0, 16)}\n${text}`;
}

const HEAD = `(function (require, $import) {
const $parts = {};
function $part(name, run) {
  let module;
  $parts[name] = () => {
    if (module === undefined) run((module = { exports: {} }), module.exports);
    return module.exports;
  };
}
`;

const END = `return $parts;
})
`;
