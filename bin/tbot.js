#!/usr/bin/env node
// This file must parse on old versions of Node, so that they can say what they need instead of failing to load.
import module from 'node:module';

const needed = [22, 19];
const running = process.versions.node.split('.').map(Number);

if (running[0] < needed[0] || (running[0] === needed[0] && running[1] < needed[1])) {
  console.error(
    `ERROR: tbot needs Node.js ${needed.join('.')} or newer, this is ${process.version}: install a newer one from https://nodejs.org`,
  );
  process.exitCode = 1;
} else {
  module.enableCompileCache();
  import('../dist/lib/agent/main.js').then((agent) => agent.main());
}
