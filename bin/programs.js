// Loads dist/programs.cjs with V8's cache of compiled code. Node has a compile cache of its own, but that one keeps a file as
// it is right after loading, when hardly any of its functions are compiled; this one is made as the process ends and holds
// those that a command has called. There is a cache for each command, since no two call the same functions.
const fs = require('node:fs');
const { homedir } = require('node:os');
const { dirname, join } = require('node:path');
const { Script } = require('node:vm');

const FILE = join(__dirname, '..', 'dist', 'programs.cjs');
const KEPT_FOLDERS = 4;

/**
 * @param {string[]} likely names of caches to take, best first
 * @param {string} name what the cache is called that this run leaves behind if there is none
 * @returns the parts of dist/programs.cjs, and what gives the cache another name
 */
exports.loadPrograms = function loadPrograms(likely, name) {
  const text = fs.readFileSync(FILE, 'latin1'); // it has no characters beyond ASCII
  const folder = cacheFolder(text.slice('// '.length, text.indexOf('\n')));
  const cache = folder && readFirst(folder, likely);
  const script = new Script(text, { filename: FILE, cachedData: cache?.data });
  const rejected = cache && script.cachedDataRejected; // by a V8 with other settings
  let keptAs = name;
  process.once('exit', () => {
    if (folder && (rejected || (keptAs !== cache?.name && !fs.existsSync(join(folder, keptAs))))) {
      keep(folder, keptAs, script.createCachedData());
    }
  });
  return {
    parts: script.runInThisContext()(require, (specifier) => import(specifier)),
    keepAs(better) {
      keptAs = better;
    },
  };
};

/** The caches of this build and this Node; undefined if there shall be none. Node's variables for its own cache hold here. */
function cacheFolder(build) {
  const { env, platform } = process;
  if (env.NODE_DISABLE_COMPILE_CACHE) return undefined;
  const home = { darwin: ['Library', 'Caches'], win32: ['AppData', 'Local'] }[platform] || ['.cache'];
  const base = env.NODE_COMPILE_CACHE || env.XDG_CACHE_HOME || join(homedir(), ...home);
  return join(base, 'machine-identity-tools', `${build}-${process.version}-${process.arch}`);
}

/**
 * Whether a path leads to a folder of this user. V8 runs what it finds in a cache, so nobody else may have written it; and
 * root, in the home of another user, must not write or delete where that user's links lead.
 */
function isOwn(path, stat = fs.lstatSync) {
  const found = stat(path, { throwIfNoEntry: false });
  return Boolean(found?.isDirectory() && isOwner(found));
}

function isOwner({ uid }) {
  return process.getuid === undefined || uid === process.getuid();
}

function readFirst(folder, names) {
  if (!isOwn(dirname(folder)) || !isOwn(folder)) return undefined;
  for (const name of names) {
    try {
      const file = fs.openSync(join(folder, name), fs.constants.O_RDONLY | (fs.constants.O_NOFOLLOW ?? 0));
      try {
        if (isOwner(fs.fstatSync(file))) return { name, data: fs.readFileSync(file) };
      } finally {
        fs.closeSync(file);
      }
    } catch {} // not there: another one, or none
  }
  return undefined;
}

/** Keeps a cache if that is possible; a run does not fail over it. */
function keep(folder, name, data) {
  const passing = join(folder, `${name}.${process.pid}`);
  try {
    if (!makeFolder(folder)) return;
    const file = fs.openSync(passing, 'wx', 0o600);
    try {
      fs.writeFileSync(file, data);
      fs.fsyncSync(file); // V8 takes what it reads for sound, so half a file must never get the name
    } finally {
      fs.closeSync(file);
    }
    fs.renameSync(passing, join(folder, name));
  } catch {
    if (isOwn(folder)) fs.rmSync(passing, { force: true });
  }
}

/** Makes the folder with the two above it, in folders of this user only. @returns whether it is there */
function makeFolder(folder) {
  const own = dirname(folder);
  const base = dirname(own);
  if (!fs.existsSync(base) && isOwn(dirname(base), fs.statSync)) fs.mkdirSync(base, { mode: 0o700 });
  for (const path of [own, folder]) {
    if (isOwn(path)) continue;
    if (fs.existsSync(path) || !isOwn(dirname(path), fs.statSync)) return false;
    fs.mkdirSync(path, { mode: 0o700 });
    if (path === folder) removeUnused(own);
  }
  return true;
}

/** Removes what builds and Nodes that are hardly in use any more have left. */
function removeUnused(own) {
  const age = (path) => Date.now() - fs.lstatSync(path).mtimeMs;
  const folders = fs
    .readdirSync(own)
    .filter((entry) => /^[0-9a-f]{16}-v\d+\.\d+\.\d+-\w+$/.test(entry))
    .map((entry) => join(own, entry))
    .filter((path) => isOwn(path));
  for (const path of folders.sort((a, b) => age(a) - age(b)).slice(KEPT_FOLDERS)) {
    fs.rmSync(path, { recursive: true, force: true });
  }
}
