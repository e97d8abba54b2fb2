import { describe, expect, it } from '@jest/globals';
import type { WebRequest } from '../../../../src/lib/cluster/listeners/http.js';
import { createWebLimits } from '../../../../src/lib/cluster/web/limits.js';

describe('the limits of web requests', () => {
  const request = (method: string) => ({ method, socket: { remoteAddress: '192.0.2.1' } }) as WebRequest;
  /** How many requests in a row are let pass, of so many. */
  const passed = (limit: ReturnType<typeof createWebLimits>, count: number, method: string, path: string) =>
    Array.from({ length: count }, () => limit(request(method), path)).filter((answer) => answer === undefined).length;

  it('are shared by what could guess secrets', () => {
    const limit = createWebLimits(() => new Date(0));

    expect(passed(limit, 20, 'POST', '/webapi/mfa/login/begin')).toBe(20);
    expect(passed(limit, 10, 'PUT', '/webapi/users/password/token')).toBe(10);
    expect(passed(limit, 20, 'POST', '/webapi/mfa/login/finish')).toBe(10);
    expect(limit(request('POST'), '/webapi/mfa/token/0a/registerchallenge')).toMatchObject({
      status: 429,
      body: expect.stringContaining('"rate limit exceeded, try again in 3s"'),
    });
  });

  it('are wider for questions, and absent elsewhere', () => {
    const limit = createWebLimits(() => new Date(0));

    expect(passed(limit, 500, 'GET', '/webapi/ping/local')).toBe(480);
    expect(limit(request('GET'), '/webapi/motd')).toMatchObject({ body: expect.stringContaining('in 500ms') });
    expect(passed(limit, 1, 'POST', '/webapi/host/credentials')).toBe(0);
    expect(passed(limit, 500, 'GET', '/webapi/ping')).toBe(500);
    expect(passed(limit, 500, 'GET', '/webapi/users/password/token/0a')).toBe(500);
  });
});
