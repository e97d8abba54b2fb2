import { readFileSync } from 'node:fs';
import { expect, it } from '@jest/globals';
import { PRODUCT_VERSION } from '../../../src/lib/util/product-version.js';

it('is the version of package.json', () => {
  expect(PRODUCT_VERSION).toBe(JSON.parse(readFileSync('package.json', 'utf8')).version);
});
