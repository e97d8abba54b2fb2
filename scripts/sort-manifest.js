// Puts the commands of oclif.manifest.json in order, for oclif lists them as the file system happens to, and each on a line
// of its own: src/lib/cli/manifest.ts parses only the lines that it needs.
import { readFileSync, writeFileSync } from 'node:fs';

const file = new URL('../oclif.manifest.json', import.meta.url);
const { commands, ...rest } = JSON.parse(readFileSync(file, 'utf8'));
const sorted = Object.entries(commands).sort(([a], [b]) => (a < b ? -1 : 1));
const lines = sorted.map(([id, command]) => `${JSON.stringify(id)}:${JSON.stringify(command)}`);
writeFileSync(file, `{"commands":{\n${lines.join(',\n')}\n},${JSON.stringify(rest).slice(1)}\n`);
