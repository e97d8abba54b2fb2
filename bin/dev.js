#!/usr/bin/env node
// tctl from the TypeScript sources: builds them and the manifest, then runs as bin/run.js does.
const { spawnSync } = require('node:child_process');
const { join } = require('node:path');

const { status } = spawnSync(process.execPath, ['scripts/build.js'], {
  cwd: join(__dirname, '..'),
  stdio: ['ignore', 2, 2], // standard output belongs to the command
});
if (status !== 0) process.exit(1);
process.env.NODE_ENV = 'development';
require('./start-tctl.js').start();
