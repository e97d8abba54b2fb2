// Keeps of the declarations in dist/ those that the package's doors lead to: the others would make half a megabyte to install.
import { globSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const { exports: doors } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

const reached = new Set();
const visit = (file) => {
  if (reached.has(file)) return;
  reached.add(file);
  for (const [, specifier] of readFileSync(file, 'utf8').matchAll(/(?:from |import\()['"](\.[^'"]+)\.js['"]/g)) {
    visit(join(dirname(file), `${specifier}.d.ts`));
  }
};
for (const { types } of Object.values(doors)) if (types) visit(join(root, types));

for (const file of globSync('dist/**/*.d.ts', { cwd: root })) {
  if (!reached.has(join(root, file))) rmSync(join(root, file));
}
rmSync(join(root, 'dist/.tsbuildinfo'), { force: true }); // or the compiler would take the others for still there
