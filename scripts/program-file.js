import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { transform } from 'esbuild';

/** Characters to a line, about: an error shows the line of code that it comes from. */
export const LINE_LIMIT = 120;

/**
 * Puts the modules of the programs together into one script, which bin/programs.js runs. Each stays a function of its own,
 * a part, which runs when something of it is first used: not when a module that imports it runs. So a command evaluates
 * what it uses, although it imports whole rooms by their doors.
 *
 * @param {Map<string, string>} modules ES modules by path
 * @param {string[]} entries paths of those that are asked for from outside
 * @returns {Promise<string>} an expression: a function that is given `require` and `import`, and gives an object with a function
 * for each part, which gives the part's exports. The first line tells one build from another.
 */
export async function programFile(modules, entries) {
  const parts = new Map(await Promise.all([...modules].map(async ([path, text]) => [path, await toPart(path, text)])));
  const used = reachable(parts, entries);
  const pieces = [...parts].flatMap(([path, { code }]) => (used.has(path) ? [code] : []));
  // esbuild leaves other characters in comments and patterns, where this stands for them.
  const text = (HEAD + pieces.join('') + END).replace(
    /[^\0-\x7f]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `// ${createHash('sha256').update(text).digest('hex').slice(0, 16)}\n${text}`;
}

function nameOf(path) {
  return JSON.stringify(path.replace(/\.js$/, ''));
}

/** A module as a part, and the paths of the others that it names. */
async function toPart(path, text) {
  const { code } = await transform(text, { format: 'cjs', platform: 'neutral', target: 'node22.19' });
  const targets = new Set();
  const part = (specifier) => {
    const target = posix.join(posix.dirname(path), specifier);
    targets.add(target);
    return `$parts[${nameOf(target)}]`;
  };
  const lazy = [];
  const linked = code
    .slice(code.indexOf('var stdin_exports = {};')) // what esbuild puts before every module is in HEAD once
    .replace(/^var (import_\w+) = (?:__toESM\()?require\("([^"]+)"\)\)?;$/gm, (_, name, specifier) => {
      lazy.push(name);
      return `var ${name} = ${specifier.startsWith('.') ? part(specifier) : `$module(${JSON.stringify(specifier)})`};`;
    })
    .replace(/(?<=^var \w+ = )__toESM\((require\("[^"]+"\))\);$/gm, '$1;') // all of a module, under a name of the source's
    .replace(/(?<=^var \w+ = )require\("(node:[^"]+)"\);$/gm, '$module("$1")();')
    .replace(/\bimport\("(\.[^"]+)"\)/g, (_, specifier) => `Promise.resolve().then(() => ${part(specifier)}())`)
    .replace(/\brequire\("(\.[^"]+)"\)/g, (_, specifier) => `${part(specifier)}()`)
    .replace(/\bimport\((?=[^)])/g, '$import(');
  const names = `(?<![\\w$]|[^.]\\.)(${lazy.join('|')})\\b`;
  const constructed = new RegExp(`\\bnew ${names}((?:\\.\\w+)+)`, 'g');
  const uses = new RegExp(`${names}(?! = |\\(\\))`, 'g');
  const body = lazy.length === 0 ? linked : linked.replace(constructed, 'new ($1()$2)').replace(uses, '$1()');
  const piece = await transform(`$part(${nameOf(path)}, (module) => {\n${body}});`, {
    target: 'node22.19',
    charset: 'ascii', // it is read fastest
    minifySyntax: true,
    minifyWhitespace: true,
    lineLimit: LINE_LIMIT,
  });
  return { code: piece.code, targets };
}

function reachable(parts, entries) {
  const found = new Set(entries);
  for (const path of found) for (const target of parts.get(path).targets) found.add(target);
  return found;
}

const HEAD = `(function (require, $import) {
let Headers; // Connect makes them for every call; the global class loads Node's whole fetch at its first use
const $parts = {};
function $part(name, run) {
  let module;
  $parts[name] = () => {
    if (module === undefined) run((module = { exports: {} }));
    return module.exports;
  };
}
// A module of Node, loaded when something of it is first used.
function $module(name) {
  let exports;
  return () => {
    if (exports === undefined) {
      // A certificate's toLegacyObject() loads parts of tls; where it is the first to, tls stays incomplete.
      if (name === 'node:crypto') require('node:tls');
      const loaded = require(name);
      exports = Object.create(loaded, { default: { value: loaded } });
    }
    return exports;
  };
}
const __export = (target, all) => {
  for (const name in all) Object.defineProperty(target, name, { get: all[name], enumerable: true });
};
const __toCommonJS = (exports) => exports;
`;

const END = `Headers = $parts['lib/transport/plain-headers']().Headers;
return $parts;
})
`;
