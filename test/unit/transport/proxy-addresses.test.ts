import { describe, expect, it } from '@jest/globals';

import { type ProxySettings, proxySshAddress } from '../../../src/lib/transport/proxy-addresses.js';

const address = (tls_routing_enabled: boolean, ssh?: ProxySettings['ssh']) =>
  proxySshAddress({ tls_routing_enabled, ...(ssh && { ssh }) }, 'proxy.example.com');

describe('the address of a proxy for SSH', () => {
  it.each<[string, ProxySettings['ssh'], string]>([
    [
      'the public address',
      { public_addr: 'p.example.com:3080', web_listen_addr: '0.0.0.0:3080' },
      'p.example.com:3080',
    ],
    [
      'the port of the web where the public address has none',
      { public_addr: 'p.example.com', web_listen_addr: '0.0.0.0:3080' },
      'p.example.com:3080',
    ],
    ['the host that was asked when it listens everywhere', { web_listen_addr: '[::]:3080' }, 'proxy.example.com:3080'],
    ['port 443 when nothing is said', undefined, 'proxy.example.com:443'],
  ])('is, with TLS routing, %s', (_name, ssh, expected) => {
    expect(address(true, ssh)).toBe(expected);
  });

  it.each<[string, ProxySettings['ssh'], string]>([
    [
      'the public address for SSH, with its port',
      { ssh_public_addr: 'ssh.example.com:4023', listen_addr: '0.0.0.0:3023' },
      'ssh.example.com:4023',
    ],
    [
      'the public address for SSH, with the port that it listens on',
      { ssh_public_addr: 'ssh.example.com', listen_addr: '0.0.0.0:5023' },
      'ssh.example.com:5023',
    ],
    [
      'the public host with the port for SSH',
      { public_addr: 'p.example.com:443', listen_addr: '0.0.0.0:5023' },
      'p.example.com:5023',
    ],
    ['where it listens', { listen_addr: '10.0.0.1:5023' }, '10.0.0.1:5023'],
    ['the host that was asked when it listens everywhere', { listen_addr: '0.0.0.0:5023' }, 'proxy.example.com:5023'],
    ['port 3023 when nothing is said', undefined, 'proxy.example.com:3023'],
  ])('is, without TLS routing, %s', (_name, ssh, expected) => {
    expect(address(false, ssh)).toBe(expected);
  });
});
