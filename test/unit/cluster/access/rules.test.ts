import { describe, expect, it } from '@jest/globals';
import { type AccessRules, rulesAllow } from '../../../../src/lib/cluster/auth/rules.js';

const rule = (resources: string[], verbs: string[], where = '') => ({ resources, verbs, where });
const role = (allow: AccessRules['allow'], deny: AccessRules['deny'] = []): AccessRules => ({ allow, deny });

describe('rules of roles', () => {
  it('allow what one of the roles names, and nothing else', () => {
    const roles = [role([rule(['token'], ['list', 'read'])]), role([rule(['bot', 'lock'], ['create'])])];
    expect(rulesAllow(roles, 'token', 'read')).toBe(true);
    expect(rulesAllow(roles, 'lock', 'create')).toBe(true);
    expect(rulesAllow(roles, 'token', 'create')).toBe(false);
    expect(rulesAllow(roles, 'user', 'read')).toBe(false);
    expect(rulesAllow([], 'token', 'read')).toBe(false);
  });

  it('take * for every kind and for every verb', () => {
    const roles = [role([rule(['*'], ['read']), rule(['lock'], ['*'])])];
    expect(rulesAllow(roles, 'user', 'read')).toBe(true);
    expect(rulesAllow(roles, 'user', 'update')).toBe(false);
    expect(rulesAllow(roles, 'lock', 'delete')).toBe(true);
  });

  it('take read for readnosecrets, but not the other way round', () => {
    expect(rulesAllow([role([rule(['cert_authority'], ['read'])])], 'cert_authority', 'readnosecrets')).toBe(true);
    expect(rulesAllow([role([rule(['cert_authority'], ['readnosecrets'])])], 'cert_authority', 'read')).toBe(false);
  });

  it('let a deny rule of any role win', () => {
    const roles = [role([rule(['*'], ['*'])]), role([], [rule(['token'], ['delete', 'read'])])];
    expect(rulesAllow(roles, 'token', 'delete')).toBe(false);
    expect(rulesAllow(roles, 'token', 'readnosecrets')).toBe(false);
    expect(rulesAllow(roles, 'token', 'create')).toBe(true);
  });

  it('never open anything by a condition that is not evaluated', () => {
    expect(rulesAllow([role([rule(['token'], ['read'], 'true')])], 'token', 'read')).toBe(false);
    const denied = role([rule(['token'], ['read'])], [rule(['token'], ['read'], 'false')]);
    expect(rulesAllow([denied], 'token', 'read')).toBe(false);
  });
});
