import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from '@jest/globals';

const root = fileURLToPath(new URL('../..', import.meta.url));
const { man } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as { man: string[] };
const { commands } = JSON.parse(readFileSync(`${root}oclif.manifest.json`, 'utf8')) as {
  commands: Record<string, { hidden?: boolean }>;
};

describe('the manual pages', () => {
  it.each(Object.keys(commands).filter((id) => !commands[id]?.hidden))('tell of %s', (id) => {
    const [first = ''] = id.split(':');
    const words = `tctl ${id.replaceAll(':', ' ')}`.replaceAll('-', '\\-');

    expect(man).toContain(`man/tctl-${first}.1`);
    expect(readFileSync(`${root}man/tctl-${first}.1`, 'utf8')).toContain(words.replaceAll(' ', '\\ '));
    expect(readFileSync(`${root}man/tctl.1`, 'utf8')).toContain(`\\fB${words.slice('tctl '.length)}\\fR`);
  });

  const checkers = [
    { tool: 'mandoc', args: ['-Tlint', '-Wwarning'] },
    { tool: 'groff', args: ['-man', '-ww', '-Tutf8', '-rLL=80n', '-z'] },
  ];
  for (const { tool, args } of checkers) {
    const isThere = spawnSync(tool, ['-v'], { input: '' }).error === undefined;
    if (!isThere) console.info(`the manual pages are not checked with ${tool}, which is not installed`);
    (isThere ? it : it.skip)(`are read by ${tool} without a warning`, () => {
      const { status, stdout, stderr } = spawnSync(tool, [...args, ...man], { cwd: root, encoding: 'utf8' });

      expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
    });
  }
});
