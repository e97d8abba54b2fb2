import { join } from 'node:path';

import { describe, expect, it } from '@jest/globals';
import { readFlags } from '../../../src/lib/agent/command-line.js';
import { kubeCredentials } from '../../../src/lib/agent/tbot/kube-credentials.js';
import { readIdentityFile } from '../../../src/lib/credentials/index.js';
import { worldForTests } from './world.js';

const IDENTITY = join(import.meta.dirname, '../../fixtures/tbot/out');
const EXPIRES = new Date('2026-11-21T00:27:24Z');

async function credentialsAt(now: Date): Promise<Record<string, Record<string, string>>> {
  const printed: string[] = [];
  const flags = readFlags(['--destination-dir', IDENTITY], kubeCredentials.flags, {});
  await kubeCredentials.run(flags, worldForTests({ clock: () => now, print: (text) => void printed.push(text) }));
  return JSON.parse(printed.join(''));
}

const secondsBeforeEnd = (seconds: number) => new Date(EXPIRES.getTime() - seconds * 1000);

describe('tbot kube credentials', () => {
  it('gives certificate and key of the output as kubectl wants them, and a minute less than they last', async () => {
    const { tls } = await readIdentityFile(join(IDENTITY, 'identity'), { clock: () => secondsBeforeEnd(600) });

    expect(await credentialsAt(secondsBeforeEnd(600))).toEqual({
      kind: 'ExecCredential',
      apiVersion: 'client.authentication.k8s.io/v1beta1',
      spec: { interactive: false },
      status: {
        expirationTimestamp: secondsBeforeEnd(60).toISOString().replace('.000Z', 'Z'),
        clientCertificateData: tls.certPem,
        clientKeyData: tls.keyPem,
      },
    });
  });

  it('tells the whole time once less than a minute is left', async () => {
    const { status } = await credentialsAt(secondsBeforeEnd(30));
    expect(status?.expirationTimestamp).toBe(EXPIRES.toISOString().replace('.000Z', 'Z'));
  });

  it('refuses what has expired', async () => {
    await expect(credentialsAt(secondsBeforeEnd(-1))).rejects.toThrow(/expired/);
  });
});
