import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { describe, expect, it } from '@jest/globals';
import { grantsOf } from '../../../../src/lib/cluster/certs/role-grants.js';
import { expandTraits } from '../../../../src/lib/cluster/certs/trait-templates.js';
import { checkImpersonation } from '../../../../src/lib/cluster/domain/impersonation.js';
import { RoleV6Schema } from '../../../../src/lib/gen/types/roles_pb.js';

const HOUR_MS = 3_600_000;
const HOUR_NS = 3_600_000_000_000n;
const role = (spec: MessageInitShape<typeof RoleV6Schema>['spec']) => create(RoleV6Schema, { spec: spec ?? {} });

describe('grantsOf', () => {
  it('is as short as the shortest role, and no longer than asked for', () => {
    const roles = [
      role({ options: { maxSessionTtl: 3n * HOUR_NS } }),
      role({ options: { maxSessionTtl: 2n * HOUR_NS } }),
    ];
    expect(grantsOf(roles, {}, 9 * HOUR_MS).ttlMs).toBe(2 * HOUR_MS);
    expect(grantsOf(roles, {}, HOUR_MS).ttlMs).toBe(HOUR_MS);
  });

  it('may go beyond the limits of roles, then with the logins of all', () => {
    const roles = [role({ options: { maxSessionTtl: HOUR_NS }, allow: { logins: ['app'] } })];
    expect(grantsOf(roles, {}, 9 * HOUR_MS, false)).toMatchObject({ ttlMs: 9 * HOUR_MS, logins: ['app'] });
  });

  it('writes SSH certificates in the old form where a role wants it, with what roles add', () => {
    const added = { name: 'team@example.com', value: 'ci' };
    const old = role({ options: { certFormat: 'oldssh', certExtensions: [added] } });
    const plain = role({ options: { certFormat: 'standard' } });
    expect(grantsOf([plain, old], {}, HOUR_MS).ssh).toMatchObject({
      format: 'oldssh',
      ownExtensions: { 'team@example.com': 'ci' },
    });
    expect(grantsOf([plain], {}, HOUR_MS).ssh).toMatchObject({ format: 'standard', ownExtensions: {} });
  });

  it('puts traits into logins and leaves denied ones out', () => {
    const roles = [role({ allow: { logins: ['{{internal.logins}}', 'app'] }, deny: { logins: ['root'] } })];
    expect(grantsOf(roles, { logins: ['alice', 'root'] }, HOUR_MS).logins).toEqual(['alice', 'app']);
  });

  it('allows port forwarding unless a role denies it', () => {
    expect(grantsOf([role({ options: {} })], {}, HOUR_MS).ssh.portForwarding).toBe(true);
    const denied = role({ options: { portForwarding: { value: false } } });
    expect(grantsOf([denied], {}, HOUR_MS).ssh.portForwarding).toBe(false);
  });
});

describe('expandTraits', () => {
  it.each([
    ['plain', ['plain']],
    ['{{internal.logins}}', ['a', 'b']],
    ['{{ external["logins"] }}', ['a', 'b']],
    ['pre-{{internal.logins}}-post', ['pre-a-post', 'pre-b-post']],
    ['{{internal.missing}}', []],
    ['{{email.local(external.email)}}', []],
    ['{{internal.logins}}{{internal.logins}}', []],
    ['{{internal.constructor}}', []],
  ])('%s', (template, expected) => {
    expect(expandTraits(template, { logins: ['a', 'b'] })).toEqual(expected);
  });
});

describe('what roles deny', () => {
  it('takes everything where it cannot be told what it is', () => {
    const own = [
      role({ allow: { logins: ['root', 'alice'] } }),
      role({ deny: { logins: ['{{email.local(external.email)}}'] } }),
    ];
    expect(grantsOf(own, { email: ['alice@example.com'] }, 60_000).logins).toEqual([]);
  });
});

describe('checkImpersonation', () => {
  const allow = (roles: string[], extra = {}) => role({ allow: { impersonate: { roles, ...extra } } });
  const attempt = (own: ReturnType<typeof role>[], wanted: string[]) => () => checkImpersonation(own, 'bot-x', wanted);

  it.each([
    ['exact names', ['access', 'editor'], ['access', 'editor']],
    ['a wildcard', ['*'], ['access']],
    ['a part and a wildcard', ['app-*'], ['app-1']],
    ['a regular expression', ['^app-[0-9]+$'], ['app-12']],
  ])('allows %s', (_name, roles, wanted) => {
    expect(attempt([allow(roles)], wanted)).not.toThrow();
  });

  it.each([
    ['another role', [allow(['access'])], ['editor']],
    ['a part of the roles', [allow(['access'])], ['access', 'editor']],
    ['roles that only two roles together allow', [allow(['access']), allow(['editor'])], ['access', 'editor']],
    ['a dot taken for any character', [allow(['a.b'])], ['axb']],
    ['a role that also names users', [allow(['access'], { users: ['x'] })], ['access']],
    ['a condition', [allow(['access'], { where: 'true' })], ['access']],
    ['a broken pattern', [allow(['^(*$'])], ['access']],
    ['a pattern in the reference’s dialect alone', [allow(['^\\Aaccess\\z$'])], ['Aaccessz']],
    ...['^(?i)ACCESS$', '^\\Aaccess\\z$', '^[[:alpha:]]+$', '{{regexp.match("^acc")}}'].map(
      (pattern): [string, ReturnType<typeof role>[], string[]] => [
        `what is denied by ${pattern}, which is not understood`,
        [allow(['*']), role({ deny: { impersonate: { roles: [pattern] } } })],
        ['access'],
      ],
    ),
    [
      'what another role denies',
      [allow(['*']), role({ deny: { impersonate: { roles: ['editor'] } } })],
      ['access', 'editor'],
    ],
  ])('refuses %s', (_name, own, wanted) => {
    expect(attempt(own, wanted)).toThrow(expect.objectContaining({ code: 'access_denied' }));
  });
});
