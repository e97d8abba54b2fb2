import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The licence texts of all packages that went into a bundle, as their licences ask for.
 * @param {string} root the folder above node_modules
 * @param {Iterable<string>} inputs files of the bundle, relative to the root
 */
export function thirdPartyLicenses(root, inputs) {
  const folders = new Set();
  for (const input of inputs) {
    const folder = /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+(?=\/)/.exec(input)?.[0];
    if (folder !== undefined) folders.add(folder);
  }
  return [...folders]
    .sort()
    .map((folder) => {
      const { name, version, license } = JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
      const [file] = globSync('{LICENSE,LICENCE,License,license}*', { cwd: join(root, folder) });
      const text = file === undefined ? '' : `\n\n${readFileSync(join(root, folder, file), 'utf8').trim()}`;
      return `${name} ${version} (${license})${text}\n`;
    })
    .join(`\n${'-'.repeat(80)}\n\n`);
}
