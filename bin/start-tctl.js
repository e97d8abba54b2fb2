const { join } = require('node:path');
const { loadPrograms } = require('./programs.js');

/** Runs tctl on the command line of this process. */
exports.start = function start() {
  // Which command the line names is not known before it is read, but its first words tell nearly always.
  const words = process.argv
    .slice(2)
    .filter((arg) => /^[a-z][a-z-]*$/.test(arg))
    .slice(0, 3);
  const likely = words.flatMap((word, at) => [`tctl-${word}-${words[at + 1]}`, `tctl-${word}`]);
  const { parts, keepAs } = loadPrograms(words.length === 0 ? ['tctl'] : likely, 'tctl');

  parts['lib/cli/main']().main({
    root: join(__dirname, '..'),
    loadCommand(id) {
      keepAs(`tctl-${id.replaceAll(':', '-')}`);
      return parts[`commands/${id.replaceAll(':', '/')}`]().default;
    },
  });
};
