import { join } from 'node:path';

import { readIdentityFile } from '../../credentials/index.js';
import type { Command } from '../command.js';
import { UsageError } from '../command-line.js';
import { parseDestination } from '../destination-config.js';
import { GLOBAL_FLAGS } from '../flags.js';

export const kubeCredentials: Command = {
  summary: 'Give kubectl the credentials of a kubernetes output; its kubeconfig.yaml runs it',
  flags: {
    ...GLOBAL_FLAGS,
    'destination-dir': { type: 'string', value: 'DIR', isRequired: true, help: 'Folder of the kubernetes output' },
  },
  async run(flags, { clock, print }) {
    const destination = parseDestination(flags.required('destination-dir'));
    if (destination.type !== 'directory') throw new UsageError('--destination-dir must be a folder');
    const { tls, expires = clock() } = await readIdentityFile(join(destination.path, 'identity'), { clock });
    const credential = {
      kind: 'ExecCredential',
      apiVersion: 'client.authentication.k8s.io/v1beta1',
      spec: { interactive: false },
      status: {
        expirationTimestamp: toldExpiry(expires, clock())
          .toISOString()
          .replace(/\.\d+Z$/, 'Z'),
        clientCertificateData: tls.certPem,
        clientKeyData: tls.keyPem,
      },
    };
    print(`${JSON.stringify(credential)}\n`);
    return 0;
  },
};

const EARLY_MS = 60_000;

/** kubectl asks again once the time is over: a minute early, so that no call is made with a certificate about to lapse. */
function toldExpiry(expires: Date, now: Date): Date {
  const early = new Date(expires.getTime() - EARLY_MS);
  return early > now ? early : expires;
}
