import { describe, expect, it } from '@jest/globals';
import { fitRows, renderTable } from '../../../src/lib/output/table.js';
import { resourcesText } from '../../../src/lib/output/views/resources.js';
import { lockKind, roleKind } from '../../../src/lib/resources/kinds/index.js';

function role(name: string, allow: object) {
  return roleKind.fromDocument({ kind: 'role', version: 'v7', metadata: { name }, spec: { allow } }).message;
}

describe('tables', () => {
  it('pad every cell, the last too, to the widest and one more', () => {
    expect(renderTable(['Bot', 'Roles'], [['example', 'a,b,c,d']])).toBe(
      'Bot     Roles   \n------- ------- \nexample a,b,c,d \n',
    );
  });

  it('have columns of five at least', () => {
    expect(renderTable(['ID', 'X'], [])).toBe('ID   X    \n--   -    \n');
  });

  it('show characters that would control the terminal as what they are', () => {
    expect(renderTable(['X'], [['\u001b[2Ja']])).toBe('X        \n-------- \n\\x1b[2Ja \n');
  });

  it('may have any number of rows', () => {
    const rows = Array.from({ length: 20_000 }, () => ['a', 'b']);
    expect(renderTable(['X', 'Y'], rows)).toHaveLength(20_002 * 11);
  });

  it('of roles shorten their cells to the width of the terminal', () => {
    const rules = [
      { resources: ['event'], verbs: ['list', 'read'] },
      { resources: ['session'], verbs: ['list', 'read'] },
    ];
    const roles = [
      role('wildcard-workload-identity-issuer', { logins: ['{{internal.logins}}'], node_labels: { '*': '*' }, rules }),
    ];
    const text = resourcesText('role', roles, { width: 80 });
    expect(text.split('\n')).toEqual([
      'Role                     Allowed to login as Node Labels Access to resources    ',
      '------------------------ ------------------- ----------- ---------------------- ',
      'wildcard-workload-ide... {{internal.logins}} <all nodes> event:list,read,ses... ',
      '',
    ]);
    expect(resourcesText('role', roles, { width: Number.POSITIVE_INFINITY })).toContain(
      'wildcard-workload-identity-issuer {{internal.logins}} <all nodes> event:list,read,session:list,read ',
    );
  });

  it('count a column with a long heading as one of shortened cells', () => {
    const rows = [['x'.repeat(20), 'y'.repeat(20)]];
    expect(fitRows(['a'.repeat(30), 'b'], rows, { width: 24, long: 1 })).toEqual([
      [`${'x'.repeat(8)}...`, `${'y'.repeat(8)}...`],
    ]);
  });

  it('leave the long column whole when nothing is left for it', () => {
    const x = 'x'.repeat(20);
    expect(fitRows(['a', 'b', 'c', 'd'], [[x, x, x, x]], { width: 40, long: 3 })).toEqual([
      [...Array(3).fill(`${'x'.repeat(8)}...`), x],
    ]);
  });

  it('of locks name the target, the message and the time', () => {
    const { message } = lockKind.fromDocument({
      kind: 'lock',
      version: 'v2',
      metadata: { name: 'l1' },
      spec: { target: { user: 'alice', mfa_device: 'd' }, message: 'out', expires: '2026-11-05T01:02:03Z' },
    });
    expect(resourcesText('lock', [message], { width: 80 }).split('\n')[2]).toBe(
      'l1   User:"alice" MFADevice:"d" out     Thu Nov  5 01:02 UTC ',
    );
  });
});
