// Both guides, each command as a person would type it. `tctl dev -- …` runs this file with the variables set that lead tctl
// to the embedded cluster.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const programs = {
  tctl: fileURLToPath(new URL('../bin/run.js', import.meta.url)),
  tbot: fileURLToPath(new URL('../bin/tbot.js', import.meta.url)),
};
const folder = mkdtempSync(join(tmpdir(), 'tctl-quickstart-'));

/** Runs a command line as a child process, and shows it and what it prints. */
function run(env, program, ...args) {
  console.log(`\n$ ${[program, ...args].join(' ')}`);
  const { status, stdout } = spawnSync(process.execPath, [programs[program], ...args], {
    cwd: folder,
    encoding: 'utf8',
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  process.stdout.write(stdout);
  if (status !== 0) throw new Error(`${program} ${args.join(' ')} ended with status ${status}`);
  return stdout;
}

const tctl = (...args) => run(process.env, 'tctl', ...args);

/** The machine of the bot has none of the administrator's variables; it trusts the authority of the proxy's certificate. */
const { PATH, TELEPORT_AUTH_SERVER: authServer, TELEPORT_IDENTITY_FILE: adminIdentity } = process.env;
const machine = { PATH, SSL_CERT_FILE: join(dirname(adminIdentity), 'proxy-ca.pem') };
const onMachine = (...args) => run(machine, ...args);

/** Writes a document for the next step and shows it. */
function file(name, text) {
  console.log(`\n$ cat ${name}\n${text.trimEnd()}`);
  writeFileSync(join(folder, name), text, { mode: 0o600 });
}

/** The first group of a pattern in what a command has printed. */
function readFrom(text, pattern) {
  const [, found] = pattern.exec(text) ?? [];
  if (found === undefined) throw new Error(`nothing printed fits ${pattern}`);
  return found;
}

try {
  tctl('status');

  console.log('\n== Deploying Machine ID on Linux: a bot with a one-time token');
  const added = tctl('bots', 'add', 'example');
  tctl('tokens', 'ls');
  const proxy = readFrom(added, /--proxy-server=(\S+)/);
  file(
    'tbot.yaml',
    `version: v2
proxy_server: ${proxy}
onboarding:
  join_method: token
  token: ${readFrom(added, /The bot token: (\S+)/)}
storage:
  type: directory
  path: ./bot
outputs: []
`,
  );
  onMachine('tbot', 'start', '-c', 'tbot.yaml', '--oneshot');

  console.log('\n== Deploying Machine ID with Bound Keypair Joining');
  file('bot.yaml', 'kind: bot\nversion: v1\nmetadata:\n  name: robot\nspec:\n  roles: [access]\n');
  tctl('create', 'bot.yaml');
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
  tctl('create', '-f', 'token-example.yaml');
  const [token] = JSON.parse(tctl('get', 'token/example', '--format=json'));
  const secret = token.status.bound_keypair.registration_secret;
  const printed = tctl('tokens', 'secret', 'example').trim();
  if (printed !== secret) throw new Error('tokens secret and get disagree on the registration secret');
  file(
    'robot.yaml',
    `version: v2
proxy_server: ${proxy}
onboarding:
  join_method: bound_keypair
  token: example
  bound_keypair:
    registration_secret: ${secret}
storage:
  type: directory
  path: ./robot
outputs:
- type: identity
  destination:
    type: directory
    path: ./robot-identity
`,
  );
  onMachine('tbot', 'start', '-c', 'robot.yaml', '--oneshot');
  onMachine('tctl', '--auth-server', authServer, '-i', 'robot-identity/identity', 'status');

  console.log(`
Both guides worked from the first command to the last: two agents have joined, and the second one's identity was used.
The cluster they ran on is about to be gone. To keep one running and try for yourself:

  npx tctl dev                        # prints the lines to paste into a second terminal
  npx tctl dev --ephemeral -- bash    # or: a shell with a cluster of its own
`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
