import { describe, expect, it } from '@jest/globals';

import { connectionUpgradeWanted } from '../../../src/lib/transport/index.js';

const wanted = (setting: string | undefined, host = 'proxy.example.com', port = 443) =>
  connectionUpgradeWanted({ TELEPORT_TLS_ROUTING_CONN_UPGRADE: setting }, { host, port });

describe('TELEPORT_TLS_ROUTING_CONN_UPGRADE', () => {
  it.each([
    [undefined, undefined],
    ['', undefined],
    ['perhaps', undefined],
    ['true', true],
    [' YES ', true],
    ['0', false],
    ['proxy.example.com:443=yes', true],
    ['proxy.example.com:443=no;true', false],
    ['true,proxy.example.com:443=no', false],
    ['other.example.com:443=yes', undefined],
    ['other.example.com:443=yes,no', false],
    ['proxy.example.com:3080=yes', undefined],
  ])('%j says %s of proxy.example.com:443', (setting, answer) => {
    expect(wanted(setting)).toBe(answer);
  });

  it('knows addresses with many colons', () => {
    expect(wanted('[::1]:3080=yes', '::1', 3080)).toBe(true);
  });
});
