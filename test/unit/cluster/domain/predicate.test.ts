import { describe, expect, it } from '@jest/globals';

import { parsePredicate } from '../../../../src/lib/cluster/domain/predicate.js';

const grafana = { name: 'grafana', labels: { env: 'dev', 'example.com/team': 'ops' } };

describe('parsePredicate', () => {
  it.each([
    ['', true],
    ['name == "grafana"', true],
    ['name != "grafana"', false],
    ['resource.metadata.name == "grafana"', true],
    ['labels["example.com/team"] == "ops"', true],
    ['resource.metadata.labels["env"] == "prod"', false],
    ['labels.env == "dev" && name == "x"', false],
    ['(name == "x") || (labels["env"] == "dev")', true],
    ['name == "x" || name == "grafana" && labels.env == "dev"', true],
    ['!(name == "x")', true],
    ['labels["toString"] == ""', true],
  ])('%j gives %p', (text, fits) => {
    expect(parsePredicate(text)(grafana)).toBe(fits);
  });

  it.each([
    'name',
    'name == ',
    '(name == "x"',
    'name == "x")',
    'search("x")',
    'name = "x"',
    'name == "\\x"',
    '('.repeat(5000),
    `${'('.repeat(2000)}name == "x"${')'.repeat(2000)}`,
    `${'!'.repeat(4000)}(name == "x")`,
  ])('refuses %.20s', (text) => {
    expect(() => parsePredicate(text)).toThrow(expect.objectContaining({ kind: 'BadParameter' }));
  });
});
