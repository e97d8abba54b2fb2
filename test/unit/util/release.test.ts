import { describe, expect, it } from '@jest/globals';

import { isReleaseSince } from '../../../src/lib/util/release.js';

describe('isReleaseSince', () => {
  it.each([
    ['18.1.0', '18.1', true],
    ['18.0.9', '18.1', false],
    ['17.9.9', '18.1', false],
    ['19.0.0', '18.1', true],
    ['18.2.3', '18.2.3', true],
    ['18.2.2', '18.2.3', false],
    ['18.10.0', '18.9', true],
    ['19.0.0-dev.1', '19.0', true],
    ['v18.1.0', '18.1', true],
  ])('%s since %s: %s', (release, since, answer) => {
    expect(isReleaseSince(release, since)).toBe(answer);
  });
});
