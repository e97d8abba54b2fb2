import { describe, expect, it } from '@jest/globals';
import { failureOf } from '../../../../src/lib/cluster/listeners/http.js';

describe('a defect while a request is answered', () => {
  it.each([
    '/webapi/users/password/token/0123456789abcdef0123456789abcdef',
    '/web/mfa/browser/7b9b2c31-6f3f-4c8e-9c53-0e3a5b1f2d4c?secret=0123456789abcdef',
  ])('is logged without the secrets in %s', (url) => {
    const lines: string[] = [];

    const { status } = failureOf(new Error('disk full'), { method: 'GET', url }, (_level, line) => lines.push(line));

    expect(status).toBe(500);
    expect(lines).toEqual([expect.stringMatching(/^GET \/web.*…/)]);
    expect(lines.join()).not.toMatch(/[0-9a-f]{8}/);
  });
});
