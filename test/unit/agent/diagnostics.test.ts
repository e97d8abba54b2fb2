import { afterEach, describe, expect, it } from '@jest/globals';
import { startDiagnostics } from '../../../src/lib/agent/diagnostics.js';
import { Health } from '../../../src/lib/agent/health.js';

const clock = () => new Date('2026-11-21T00:00:00Z');
let close: () => void;
afterEach(() => close());

async function start(health: Health) {
  const diagnostics = await startDiagnostics('127.0.0.1:0', health);
  close = diagnostics.close;
  return async (path: string) => {
    const response = await fetch(`http://${diagnostics.address}${path}`);
    return { status: response.status, body: await response.text() };
  };
}

const output = { name: 'out', kind: 'output-renewal' };

describe('diagnostics', () => {
  it('hold the answer to /wait until the first work has ended, well or not', async () => {
    const health = new Health(clock);
    health.expect([
      { name: 'identity', isHealthy: true },
      { name: 'out', isHealthy: false },
    ]);
    const get = await start(health);
    const waiting = Promise.all([get('/wait'), get('/wait/out')]);
    expect((await get('/wait/identity')).status).toBe(200);
    expect((await get('/wait/none')).status).toBe(404);
    await expect(health.watch(output, () => Promise.reject(new Error('no route')))).rejects.toThrow();

    expect((await waiting).map(({ status }) => status)).toEqual([503, 503]);
    await health.watch(output, async () => undefined);
    expect((await get('/wait')).status).toBe(200);
  });

  it('are ready once every service has done its work, and again after a failure has passed', async () => {
    const health = new Health(clock);
    health.expect([
      { name: 'identity', isHealthy: true },
      { name: 'out', isHealthy: false },
    ]);
    const get = await start(health);

    expect(await get('/livez')).toEqual({ status: 200, body: 'OK' });
    expect((await get('/readyz')).status).toBe(503);
    await health.watch(output, async () => undefined);
    expect((await get('/readyz')).status).toBe(200);
    await expect(health.watch(output, () => Promise.reject(new Error('no route')))).rejects.toThrow();
    expect(await get('/readyz/out')).toEqual({
      status: 503,
      body: JSON.stringify({ status: 'unhealthy', reason: 'no route', updated_at: '2026-11-21T00:00:00.000Z' }),
    });
    expect((await get('/readyz/identity')).status).toBe(200);
    expect((await get('/readyz/constructor')).status).toBe(404);
    expect((await get('/none')).status).toBe(404);
  });

  it('count attempts, failures and retries', async () => {
    const health = new Health(clock);
    const get = await start(health);
    await health.watch(output, () => Promise.reject(new Error('x'))).catch(() => undefined);
    await health.watch(output, async () => undefined);

    const { body } = await get('/metrics');

    expect(body).toContain('tbot_task_iterations_total{service="out",name="output-renewal"} 2');
    expect(body).toContain('tbot_task_iterations_failed{service="out",name="output-renewal"} 1');
    expect(body).toContain('tbot_task_iterations_successful_bucket{le="0",service="out",name="output-renewal"} 0');
    expect(body).toContain('tbot_task_iterations_successful_bucket{le="1",service="out",name="output-renewal"} 1');
  });

  it('say which address cannot be listened on', async () => {
    const health = new Health(clock);
    const first = await startDiagnostics('127.0.0.1:0', health);
    close = first.close;
    await expect(startDiagnostics(first.address, health)).rejects.toMatchObject({
      code: 'diag_failed',
      message: expect.stringContaining('EADDRINUSE'),
    });
  });
});
