import { expect, it } from '@jest/globals';
import { formatHostPort, parseHostPort } from '../../../src/lib/util/host-port.js';

it.each([
  ['example.com', { host: 'example.com' }],
  [' https://example.com:443/path ', { host: 'example.com', port: 443 }],
  ['10.0.0.1:3025', { host: '10.0.0.1', port: 3025 }],
  ['[::1]:3025', { host: '::1', port: 3025 }],
  ['[fe80::1%eth0]:3025', { host: 'fe80::1%eth0', port: 3025 }],
  ['::1', { host: '::1' }],
  ['::ffff:10.0.0.1', { host: '::ffff:10.0.0.1' }],
])('%j is an address', (text, address) => {
  expect(parseHostPort(text)).toEqual(address);
});

it.each([
  '',
  'a b',
  'example.com:0',
  'example.com:65536',
  'example.com:x',
  '10.0.0.1:1:2',
  '1:2:3',
  '[::1',
  '::1]:3025',
])('%j is none', (text) => {
  expect(parseHostPort(text)).toBeUndefined();
});

it('brackets stand around an IPv6 address', () => {
  expect(formatHostPort('::1', 443)).toBe('[::1]:443');
  expect(formatHostPort('example.com', 443)).toBe('example.com:443');
});
