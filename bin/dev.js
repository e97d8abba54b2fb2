#!/usr/bin/env node
// tctl from the TypeScript sources: builds them and the manifest, then runs as bin/run.js does.
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));

const { status } = spawnSync(process.execPath, ['scripts/build.js'], {
  cwd: root,
  stdio: ['ignore', 2, 2], // standard output belongs to the command
});
if (status !== 0) process.exit(1);
process.env.NODE_ENV = 'development';
const { main } = await import('../dist/lib/cli/main.js');
await main();
