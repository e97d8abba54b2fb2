import base from '../../jest.config.js';

/** Two files at a time: a real cluster is big, and each file starts one. */
export default {
  ...base,
  rootDir: '../..',
  roots: ['<rootDir>/test/peer'],
  testPathIgnorePatterns: ['/node_modules/'],
  testTimeout: 120_000,
  maxWorkers: 2,
};
