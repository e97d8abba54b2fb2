import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { productVersion } from '../../../src/lib/cli/product.js';

it('is the version of package.json', () => {
  const { version } = JSON.parse(readFileSync('package.json', 'utf8'));
  expect(productVersion()).toBe(version);
});
