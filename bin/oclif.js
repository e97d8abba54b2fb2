// Where oclif finds the classes of tctl, as package.json says: to write the manifest, and when it runs for its plugins.
const { loadPrograms } = require('./programs.js');

const { parts } = loadPrograms(['oclif'], 'oclif');
exports.HELP = parts['lib/cli/help']().default;
exports.COMMANDS = {};
for (const name of Object.keys(parts).filter((name) => name.startsWith('commands/'))) {
  const id = name.slice('commands/'.length).replaceAll('/', ':');
  Object.defineProperty(exports.COMMANDS, id, { enumerable: true, get: () => parts[name]().default });
}
