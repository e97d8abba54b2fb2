import { describe, expect, it } from '@jest/globals';
import { readLoginSettings } from '../../../../src/lib/client/login/ping.js';
import type { ProxyWeb } from '../../../../src/lib/client/proxy-web.js';

/** What a profile says of a proxy that answers like this. */
const settings = (proxy: object) =>
  readLoginSettings(
    {
      address: 'asked.example.com:3080',
      call: async () => ({ auth: { type: 'local' }, proxy }),
    } as unknown as ProxyWeb,
    undefined,
  );

describe('the addresses of a profile', () => {
  it.each([
    ['the public one', { public_addr: 'p.example.com:443' }, 'p.example.com:443', 'p.example.com:3023'],
    ['the one that was asked', {}, 'asked.example.com:3080', 'asked.example.com:3023'],
    ['an IPv6 address', { public_addr: '[::1]:443' }, '[::1]:443', '[::1]:3023'],
    ['the port for SSH', { listen_addr: '0.0.0.0:4023' }, 'asked.example.com:3080', 'asked.example.com:4023'],
    [
      'the public one for SSH',
      { ssh_public_addr: 's.example.com:5023' },
      'asked.example.com:3080',
      's.example.com:5023',
    ],
    ['the same without a port', { ssh_public_addr: 's.example.com' }, 'asked.example.com:3080', 's.example.com:3023'],
  ])('follow from %s', async (_name, ssh, proxyAddress, sshProxyAddress) => {
    expect(await settings({ ssh })).toMatchObject({ proxyAddress, sshProxyAddress });
    expect(await settings({ ssh, tls_routing_enabled: true })).toMatchObject({ sshProxyAddress: proxyAddress });
  });
});
