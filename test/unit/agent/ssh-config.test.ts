import { readFile } from 'node:fs/promises';

import { describe, expect, it } from '@jest/globals';
import {
  clusterKnownHosts,
  clusterSshConfig,
  knownHosts,
  sshConfig,
} from '../../../src/lib/agent/outputs/ssh-config.js';
import { fixture } from '../../helpers/temporary-folder.js';

const route = {
  proxyAddress: 'localhost:3080',
  isTlsRouted: true,
  folder: '/opt/machine-id',
  program: '/usr/local/bin/tbot',
};
const real = (name: string) => readFile(fixture(`tbot/out/${name}`), 'utf8');

async function realAuthority() {
  const [, , type, key] = (await real('known_hosts')).split(' ');
  return { clusterName: 'example.test', sshKeys: [`${type} ${key}`], tlsCertificates: [] };
}

describe('the files for ssh', () => {
  it('are those of the real tool, byte for byte', async () => {
    const authority = await realAuthority();

    expect(knownHosts([authority], route.proxyAddress)).toBe(await real('known_hosts'));
    expect(clusterKnownHosts(authority)).toBe(await real('example.test.known_hosts'));
    expect(clusterSshConfig(authority, route)).toBe(await real('example.test.ssh_config'));
    expect(sshConfig([authority], route)).toBe(await real('ssh_config'));
  });

  it('quote folders for the shell and for ssh', async () => {
    const text = clusterSshConfig(await realAuthority(), { ...route, folder: "/it's 100%" });

    expect(text).toContain(`--destination-dir='/it'"'"'s 100%%'`);
    expect(text).toContain(`IdentityFile "/it's 100%%/key"`);
  });
});
