import base from '../../jest.config.js';

/** One file at a time: each starts a cluster of its own, and real ones are big. */
export default {
  ...base,
  rootDir: '../..',
  roots: ['<rootDir>/test/peer'],
  testPathIgnorePatterns: ['/node_modules/'],
  testTimeout: 60_000,
  maxWorkers: 1,
};
