import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from '@jest/globals';
import { readManifest } from '../../../src/lib/cli/manifest.js';
import { overviewText, topicText } from '../../../src/lib/cli/overview.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));

it('the manifest read by lines has all commands of the file', () => {
  const { commands } = JSON.parse(readFileSync(`${root}oclif.manifest.json`, 'utf8')) as {
    commands: Record<string, unknown>;
  };

  expect(readManifest(root).commands()).toEqual(Object.values(commands));
});

it('a command is found by its aliases', () => {
  const manifest = readManifest(root);

  expect(manifest.find('users:del')).toBe(manifest.find('users:rm'));
  expect(manifest.ids).toContain('users:del');
  expect(manifest.find('users:nothing')).toBeUndefined();
});

it.each([80, 120])('help at the top and of a topic fits %d columns', (width) => {
  const manifest = readManifest(root);
  const lines = [overviewText(manifest, { root, width }), topicText('tokens', manifest, { root, width })]
    .join('\n')
    .split('\n');

  expect(lines).toContainEqual(expect.stringMatching(/^ {2}tokens ls +List the join tokens/));
  expect(lines.filter((line) => line.length > width)).toEqual([]);
});
