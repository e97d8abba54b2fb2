#!/usr/bin/env node
// This file must parse on old versions of Node, so that they can say what they need instead of failing to load.
const needed = [22, 19];
const running = process.versions.node.split('.').map(Number);

if (running[0] < needed[0] || (running[0] === needed[0] && running[1] < needed[1])) {
  console.error(
    `ERROR: tctl needs Node.js ${needed.join('.')} or newer, this is ${process.version}: install a newer one from https://nodejs.org`,
  );
  process.exitCode = 1;
} else {
  require('./start-tctl.js').start();
}
