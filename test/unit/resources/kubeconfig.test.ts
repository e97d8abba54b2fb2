import { describe, expect, it } from '@jest/globals';
import { load } from 'js-yaml';
import { kubeconfigText } from '../../../src/lib/resources/kubeconfig.js';

const ADDED = {
  contexts: [{ name: 'mine', user: 'me', server: 'https://proxy.example.com:443' }],
  user: { name: 'me', credentials: { certificate: 'c', key: 'k' } },
  authorities: 'a',
};

describe('a kubeconfig that something is put into', () => {
  it('keeps preferences, fields of its own, other entries and what was added to a context', () => {
    const existing = `
preferences: {colors: true}
extensions: [{name: x, extension: 1}]
contexts:
- {name: mine, context: {namespace: dev, cluster: old}}
- {name: other, context: {cluster: other}}
clusters: null
`;

    expect(load(kubeconfigText(ADDED, existing))).toMatchObject({
      preferences: { colors: true },
      extensions: [{ name: 'x', extension: 1 }],
      contexts: [
        { name: 'mine', context: { namespace: 'dev', cluster: 'mine', user: 'me' } },
        { name: 'other', context: { cluster: 'other' } },
      ],
    });
  });

  it.each(['- a', 'contexts: {}', 'contexts: [null]', 'users: [{user: {}}]', 'clusters: ['])(
    'is one: not %j',
    (text) => {
      expect(() => kubeconfigText(ADDED, text)).toThrow(expect.objectContaining({ code: 'kubeconfig_invalid' }));
    },
  );
});
