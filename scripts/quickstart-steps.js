// The tctl steps of both guides, each as a person would type it. `tctl dev -- …` runs this file with the variables set
// that lead tctl to the embedded cluster.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const tctl = fileURLToPath(new URL('../bin/run.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'tctl-quickstart-'));

/** Runs `tctl ARGS…` as a child process and shows the command and what it printed. */
function step(...args) {
  console.log(`\n$ tctl ${args.join(' ')}`);
  const { status, stdout } = spawnSync(process.execPath, [tctl, ...args], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  process.stdout.write(stdout);
  if (status !== 0) throw new Error(`tctl ${args.join(' ')} ended with status ${status}`);
  return stdout;
}

/** Writes a document for the next step and shows it. */
function file(name, text) {
  console.log(`\n$ cat ${name}\n${text.trimEnd()}`);
  writeFileSync(join(folder, name), text);
}

try {
  step('status');

  console.log('\n== Deploying Machine ID on Linux: a bot with a one-time token');
  step('bots', 'add', 'example');
  step('tokens', 'ls');

  console.log('\n== Deploying Machine ID with Bound Keypair Joining');
  file('bot.yaml', 'kind: bot\nversion: v1\nmetadata:\n  name: robot\nspec:\n  roles: [access]\n');
  step('create', 'bot.yaml');
  file(
    'token-example.yaml',
    `kind: token
version: v2
metadata:
  name: example
spec:
  roles: [Bot]
  bot_name: robot
  join_method: bound_keypair
  bound_keypair:
    recovery:
      mode: standard
      limit: 1
`,
  );
  step('create', '-f', 'token-example.yaml');
  const [token] = JSON.parse(step('get', 'token/example', '--format=json'));
  const secret = token.status.bound_keypair.registration_secret;
  const printed = step('tokens', 'secret', 'example').trim();
  if (printed !== secret) throw new Error('tokens secret and get disagree on the registration secret');

  console.log(`
Both guides' tctl steps worked, and the cluster they ran on is about to be gone.
To keep one running and try for yourself:

  npx tctl dev                        # prints the lines to paste into a second terminal
  npx tctl dev --ephemeral -- bash    # or: a shell with a cluster of its own
`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
