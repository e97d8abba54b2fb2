// Loaded before a program with --import: ends it with SIGKILL while it changes the files of KILL_FOLDER. KILL_AT=n kills it in
// the middle of the n-th change: a file is removed, or its new content is whole in a temporary file and about to take its
// place. KILL_OPENING=name kills it before it opens the temporary file of that name, when nothing of the content is there.
const files = process.getBuiltinModule('node:fs/promises');
const { KILL_FOLDER: folder = '', KILL_AT: at, KILL_OPENING: opening } = process.env;
let changes = 0;

for (const name of ['rename', 'rm']) {
  const real = files[name];
  files[name] = (path, ...rest) => {
    if (String(path).startsWith(folder)) changes += 1;
    if (String(changes) === at) process.kill(process.pid, 'SIGKILL');
    return real(path, ...rest);
  };
}
const { open } = files;
files.open = (path, flags, ...rest) => {
  if (flags === 'wx' && opening !== undefined && String(path).startsWith(`${folder}/.${opening}.`))
    process.kill(process.pid, 'SIGKILL');
  return open(path, flags, ...rest);
};
