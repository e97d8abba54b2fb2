import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { readFlags } from '../../../src/lib/agent/command-line.js';
import { startDiagnostics } from '../../../src/lib/agent/diagnostics.js';
import { Health } from '../../../src/lib/agent/health.js';
import { waitCommand } from '../../../src/lib/agent/tbot/wait.js';
import { worldForTests } from './world.js';

let health: Health;
let diagnostics: Awaited<ReturnType<typeof startDiagnostics>>;

beforeEach(async () => {
  health = new Health(() => new Date());
  health.expect([{ name: 'identity', isHealthy: true }]);
  diagnostics = await startDiagnostics('127.0.0.1:0', health);
});
afterEach(() => diagnostics.close());

function wait(...args: string[]): Promise<number> {
  const flags = readFlags(['--diag-addr', diagnostics.address, ...args], waitCommand.flags, {});
  return waitCommand.run(flags, worldForTests());
}

describe('tbot wait', () => {
  it('ends once every service does well', async () => {
    health.expect([
      { name: 'identity', isHealthy: true },
      { name: 'out', isHealthy: false },
    ]);
    const waiting = wait();
    await health.watch({ name: 'out', kind: 'output-renewal' }, async () => undefined);

    expect(await waiting).toBe(0);
  });

  it('waits for one service only, when one is named', async () => {
    health.expect([
      { name: 'identity', isHealthy: true },
      { name: 'out', isHealthy: false },
    ]);

    expect(await wait('--service=identity')).toBe(0);
    await expect(wait('--service=out', '--timeout=1ms')).rejects.toThrow(/not ready after 1ms: it is initializing/);
  });

  it('tells what is wrong when it gives up', async () => {
    const failing = health.watch({ name: 'identity', kind: 'bot-identity-renewal' }, async () => {
      throw new Error('locked out');
    });
    await expect(failing).rejects.toThrow();

    await expect(wait('--timeout=1ms')).rejects.toMatchObject({
      code: 'wait_timeout',
      message: expect.stringContaining('identity is unhealthy (locked out)'),
    });
    diagnostics.close();
    await expect(wait('--timeout=1ms')).rejects.toThrow(/does not answer \(ECONNREFUSED\)/);
  });

  it('knows a service that there is not from one that is not ready', async () => {
    await expect(wait('--service=identiy')).rejects.toMatchObject({
      message: 'the agent has no service "identiy"',
      hint: 'Did you mean identity?',
    });
  });
});
