import { describe, expect, it } from '@jest/globals';
import { dependencies } from '../../../src/lib/actions/create-order.js';
import type { Resource } from '../../../src/lib/resources/index.js';

function resource(kind: string, name: string, spec: object = {}): Resource {
  return { definition: { kind }, name, message: { spec } } as unknown as Resource;
}

describe('dependencies', () => {
  it('lets documents that have nothing to do with each other go at once', () => {
    expect(dependencies([resource('bot', 'a'), resource('bot', 'b'), resource('token', 'a')])).toEqual([[], [], []]);
  });

  it('sends the same resource again only after the first time', () => {
    expect(dependencies([resource('token', 'a'), resource('token', 'b'), resource('token', 'a')])).toEqual([
      [],
      [],
      [0],
    ]);
  });

  it('sends a token after its bot, and users and bots after their roles', () => {
    const resources = [
      resource('role', 'deploy'),
      resource('bot', 'ci', { roles: ['deploy', 'elsewhere'] }),
      resource('token', 't', { botName: 'ci', roles: ['Bot'] }),
      resource('user', 'alice', { roles: ['deploy'] }),
    ];

    expect(dependencies(resources)).toEqual([[], [0], [1], [0]]);
  });

  it('does not wait for documents that come later', () => {
    expect(dependencies([resource('token', 't', { botName: 'ci' }), resource('bot', 'ci')])).toEqual([[], []]);
  });
});
