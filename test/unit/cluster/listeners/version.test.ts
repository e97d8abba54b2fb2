import { describe, expect, it } from '@jest/globals';
import { acceptsClientVersion, minClientVersion } from '../../../../src/lib/cluster/listeners/version.js';

describe('client versions', () => {
  it('are accepted from the major version before the server’s own', () => {
    expect(minClientVersion('18.2.3')).toBe('17.0.0-aa');
  });

  it.each([
    '17.0.0-aa',
    '17.0.0-alpha.1',
    '17.0.0',
    '17.0.1-a',
    '18.2.3',
    '19.0.0',
    'v18.0.0',
    '18.0.0-dev+abc',
    undefined,
  ])('let %s in', (version) => {
    expect(acceptsClientVersion('18.2.3', version)).toBe(true);
  });

  it.each(['16.5.9', '17.0.0-a', '0.1.0', 'abc', '', '18', '18.2'])('keep %j out', (version) => {
    expect(acceptsClientVersion('18.2.3', version)).toBe(false);
  });
});
