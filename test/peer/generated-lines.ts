/** What stands for the prefix of names that each tool makes. */
export const PREFIX = 'PREFIX';

/** Resources that are there when the lines run: a name of each kind that has names. */
const EXISTING: Readonly<Record<string, string>> = {
  bot: 'seed-bot',
  token: 'seed-github',
  role: 'seed-role7',
  user: 'seed-user',
  lock: 'seed-lock',
  cert_authority: 'host/example.test',
  trusted_cluster: '',
  remote_cluster: '',
  node: '',
  proxy: '',
  auth_server: '',
  github: '',
  oidc: '',
  saml: '',
  connectors: '',
  semaphore: '',
  namespace: 'default',
  installer: 'default-installer',
  workload_identity: '',
};

const SINGLETONS = [
  'cluster_auth_preference',
  'cluster_networking_config',
  'session_recording_config',
  'cluster_maintenance_config',
  'ui_config',
  'autoupdate_config',
  'autoupdate_version',
  'autoupdate_agent_rollout',
];

const ALIASES: Readonly<Record<string, readonly string[]>> = {
  bot: ['bots', 'BOT'],
  token: ['tokens', 'Token'],
  role: ['roles'],
  user: ['users', 'Users'],
  lock: ['locks'],
  cert_authority: ['cert_authorities', 'cas'],
  trusted_cluster: ['tc', 'cluster', 'clusters'],
  remote_cluster: ['remote_clusters', 'rc', 'rcs'],
  node: ['nodes'],
  proxy: ['proxies'],
  auth_server: ['auth_servers', 'auth'],
  connectors: ['connector'],
  semaphore: ['semaphores', 'sem', 'sems'],
  namespace: ['namespaces', 'ns'],
  workload_identity: ['workload_identities', 'workloadidentity'],
  cluster_auth_preference: ['cap', 'cluster_auth_preferences'],
  cluster_networking_config: ['networking', 'netconfig', 'net_config'],
  session_recording_config: ['recconfig', 'session_recording'],
  cluster_maintenance_config: ['cmc'],
  ui_config: ['ui'],
};

const FORMATS = ['', '--format=json', '--format=yaml', '--format=text'];
const WRONG_LABELS = ['nope', 'a=', 'a=b=c', '"a=b"', ';'].map((labels) => `--labels=${labels}`);
const EXPORTS = ['', 'user', 'host', 'tls-host', 'tls-user', 'tls-user-der', 'tls-spiffe', 'windows', 'db', 'db-der'];
const MORE_EXPORTS = ['db-client', 'db-client-der', 'openssh', 'saml-idp', 'awsra', 'github', 'nonsense'];

/** What `tokens add --type` takes besides those that are tried with other flags. */
const SYSTEM_ROLES = [
  ...['auth', 'PROXY', 'admin', 'provisiontoken', 'trustedcluster', 'signup', 'nop', 'remoteproxy', 'remote_proxy'],
  ...['app,db', 'windowsdesktop', 'instance', 'okta', 'mdm', 'accessgraphplugin', 'kube,node'],
];

const AZURE = '/subscriptions/1/resourceGroups/g/providers/Microsoft.ManagedIdentity/userAssignedIdentities/x';

/** Lines that change nothing, so that both tools read the same state. */
export function readingLines(): string[] {
  return unique([
    ...Object.entries(EXISTING).flatMap(([kind, name]) =>
      [kind, ...(ALIASES[kind] ?? [])].flatMap((word) => [
        ...FORMATS.map((format) => `get ${word} ${format}`),
        ...(name === '' ? [] : FORMATS.map((format) => `get ${word}/${name} ${format}`)),
        ...FORMATS.slice(0, 2).map((format) => `get ${word}/nope/ ${format}`),
      ]),
    ),
    ...SINGLETONS.flatMap((kind) =>
      [kind, ...(ALIASES[kind] ?? [])].flatMap((word) => FORMATS.map((format) => `get ${word} ${format}`)),
    ),
    ...['user', 'cert_authority', 'github', 'token', 'connectors'].flatMap((kind) =>
      FORMATS.map((format) => `get ${kind} --with-secrets ${format}`),
    ),
    ...['role', 'node', 'proxy', 'auth_server'].flatMap((kind) =>
      ['--verbose', '-v'].map((flag) => `get ${kind} ${flag} --format=text`),
    ),
    'get user,role',
    'get user/seed-user,role/seed-role7,bot/seed-bot,token/seed-github',
    'get user//seed-user/',
    'get user,role --format=json',
    'get user,nope/x',
    'get user/seed-user,user/nope',
    'get all,user',
    'get nope',
    'get user/seed-user role/seed-role7',
    'get',
    'get --format=nope user',
    ...[
      'get token,,bot,',
      'get user/seed-user/x',
      'get sem/connection/x',
      'get ui/x',
      'get ALL',
      'get all --format=json',
    ],
    ...['-- get user/seed-user', 'get -- user/seed-user', 'get -v user/seed-user -d', 'get --no-with-secrets locks'],
    ...['', '--format=text', '--format=json'].map((format) => `bots ls ${format}`),
    ...['bots', 'bot'].flatMap((word) =>
      ['instances', 'instance'].flatMap((sub) =>
        [
          'list',
          'ls',
          'list seed-bot',
          'list nope',
          'show',
          'show nope',
          'show seed-bot/nope',
          'get seed-bot/nope',
        ].map((rest) => `${word} ${sub} ${rest}`),
      ),
    ),
    ...['', ...FORMATS.slice(1)].flatMap((format) =>
      ['', '--with-secrets', '--labels=team=ci', '--labels=team=nope', '--labels=team=ci,env=x', ...WRONG_LABELS].map(
        (flag) => `tokens ls ${flag} ${format}`,
      ),
    ),
    ...['', '--format=text', '--format=json'].map((format) => `users ls ${format}`),
    'status',
    ...['', '--fingerprint'].flatMap((flag) =>
      [...EXPORTS, ...MORE_EXPORTS].map((type) => `auth export ${type && `--type=${type}`} ${flag}`),
    ),
    ...['--type=user --compat=1.0', '--type=host --compat=1.0', '--compat=1.0', '--compat=2.0'].map(
      (flags) => `auth export ${flags}`,
    ),
    ...['', '--connected', '--format=json', '--connected --format=json', '--format=text'].map(
      (flags) => `inventory status ${flags}`,
    ),
    ...['list', 'ls'].flatMap((word) =>
      ['', '--format=json', '--format=text', '--older-than=99.0.0', '--services=node', '--upgrader=kube'].map(
        (flags) => `inventory ${word} ${flags}`,
      ),
    ),
    ...refusedLines(),
  ]);
}

/** Lines that both tools refuse before or at the cluster. */
function refusedLines(): string[] {
  const named = [...Object.keys(EXISTING), ...SINGLETONS.slice(3)];
  return [
    ...named.flatMap((kind) => (EXISTING[kind] === undefined ? [] : [`rm ${kind}/nope`, `rm ${kind}`])),
    'rm',
    'rm cap/nope',
    'rm nope/x',
    'rm bot_instance/a/b/c',
    'rm namespace/default',
    'rm auth_server/nope',
    'rm user/nope user/other',
    'del user/nope',
    ...['bots add', 'bots rm', 'bots update', 'bots lock', 'bots rm nope', 'bots add seed-bot', 'bots nope', 'bots'],
    ...[
      'bots add x --ttl=nope',
      'bots add x --token=nope',
      'bots add x --format=nope',
      'bots add x --ttl',
      'bots add x y',
    ],
    ...['bots update nope --add-roles=access', 'bots update seed-bot --add-roles=nope', 'bots lock nope'],
    ...['bots lock seed-bot --ttl=nope', 'bots lock seed-bot --expires=nope'],
    ...['bots lock seed-bot --ttl=1h --expires=2040-01-01T00:00:00Z', 'bots instances', 'bots instances add nope'],
    ...['tokens', 'tokens add', 'tokens add --type=', 'tokens add --type=nope', 'tokens add --type=node,node'],
    ...['tokens add --type=node --ttl=nope', 'tokens add --type=node --labels=nope', 'tokens add --type=bot'],
    ...['tokens add --type=node --value=seed-github', 'tokens add --type=node --format=nope', 'tokens rm nope'],
    ...['tokens ls --format=nope', 'tokens ls extra', 'tokens nope', 'tokens rm'],
    ...['lock', 'lock --ttl=1h', 'lock --user=a --ttl=nope', 'lock --user=a --expires=nope', 'lock a', 'lock --nope=a'],
    'lock --user=a --ttl=1h --expires=2040-01-01T00:00:00Z',
    ...['users', 'users add', 'users add x', 'users add x --roles=nope', 'users add seed-user --roles=access'],
    ...['users update seed-user', 'users update nope --set-roles=access', 'users update seed-user --set-roles=nope'],
    ...[
      'users rm',
      'users rm nope',
      'users rm nope,other',
      'users reset',
      'users reset nope',
      'users reset seed-user --ttl=99h',
    ],
    ...['users add x --roles=access --ttl=99h', 'users add x --roles=access --host-user-uid=nope'],
    ...[
      'update',
      'update nope',
      'update rc/nope',
      'update rc/nope --set-labels=a=b',
      'update user/seed-user --set-labels=a=b',
    ],
    ...['update rc/nope --set-ttl=nope', 'update rc/nope --set-labels=nope', 'edit', 'edit nope/x', 'edit user/nope'],
    ...['nope', 'status extra', 'status --nope', '--nope status', 'version extra', 'create /no/such/file'],
    ...[
      '--nope',
      '-q',
      'status --insecure=true',
      'help nope',
      '-c',
      'create a b',
      'edit user/a user/b',
      'del',
      'nodes',
    ],
    ...['nodes add --roles=bot', 'nodes add --roles=nope', 'nodes add --token=seed-github', 'nodes add --ttl=nope'],
    ...[
      'azure-identities=nope',
      'azure-identities=*',
      'gcp-service-accounts=nope',
      'gcp-service-accounts=a@b.c',
    ].flatMap((flag) => [`users add x --roles=access --${flag}`, `users update seed-user --set-${flag}`]),
    ...['auth', 'auth nope', 'auth export --type=tls-user --nope', 'auth sign', 'auth sign --user=seed-user'],
    ...['auth sign --user=nope --out=/no/such/folder/id', 'auth sign --out=x', 'inventory', 'inventory nope'],
    ...['inventory list --format=nope', 'inventory list --older-than=nope', 'inventory ping'],
    'status -i /no/such/identity --auth-server=127.0.0.1:1',
    'status -c /no/such/config',
  ];
}

/** Lines that make or change something, under names of each tool's own. */
export function writingLines(): string[] {
  let made = 0;
  const name = () => `${PREFIX}-n${String(++made).padStart(3, '0')}`;
  const every = (base: (name: string) => string, ...flags: string[][]): string[] =>
    combinations(flags).map((chosen) => [base(name()), ...chosen].filter((word) => word !== '').join(' '));
  return [
    ...every(
      (bot) => `bots add ${bot} --format=json`,
      ['', '--roles=access', '--roles=access,,editor', '--roles=editor,access'],
      ['', '--logins=root', '--logins=root,ubuntu --logins=admin'],
      ['', '--ttl=30m', '--ttl=1d', '--max-session-ttl=1h', '--max-session-ttl=200h', '--ttl=0'],
    ),
    ...every(
      (token) => `tokens add --value=${token}`,
      ['--type=node', '--type=Node,APP', '--type=kube', '--type=trusted_cluster', '--type=discovery,windows_desktop'],
      ['--format=text', '--format=json', '--format=yaml'],
      ['', '--ttl=5m', '--ttl=1w', '--labels=a=b,c="d,e"'],
    ),
    ...every(
      (user) => `users add ${user} --format=json`,
      ['--roles=access', '--roles=access,editor'],
      ['', '--logins=root,ubuntu', '--kubernetes-groups=a --kubernetes-users=b', '--db-users=a --db-names=*'],
      ['', '--ttl=2h', '--host-user-uid=1000 --host-user-gid=1000', '--aws-role-arns=arn:aws:iam::1:role/r'],
    ),
    ...every((token) => `tokens add --value=${token} --format=json`, [...SYSTEM_ROLES.map((role) => `--type=${role}`)]),
    ...every((token) => `nodes add --token=${token} --format=json`, ['', '--roles=Proxy,app'], ['', '--ttl=1d']),
    ...every(
      (user) => `users add ${user} --format=json --roles=access`,
      ['--roles=editor --logins=a --logins=b,c', '--db-roles=r --db-roles=s --windows-logins=w --logins='],
      ['', '--gcp-service-accounts=a@b.iam.gserviceaccount.com', `--azure-identities=${AZURE}`],
    ),
    ...every((bot) => `bots add ${bot} --format=json`, ['--token=', '--roles=', '--roles=access,access', '--ttl=1.5h']),
    ...every(
      (user) => `lock --user=${user}`,
      [
        '',
        '--login=x',
        '--server-id=y',
        '--mfa-device=m --role=r',
        '--access-request=q',
        '--device=d --windows-desktop=w',
      ],
      ['', '--message=closed', '--ttl=1h', '--ttl=1d', '--expires=2040-01-01T00:00:00Z'],
    ),
    ...every(
      () => `bots update ${PREFIX}-n001`,
      ['--add-roles=access', '--set-roles=editor', '--set-roles=editor --add-roles=access,auditor'],
      ['', '--add-logins=root', '--set-logins=a,b', '--set-logins=a --add-logins=b'],
      ['', '--set-max-session-ttl=2h'],
    ),
    `users update ${PREFIX}-user --set-logins=c --set-logins=d,e --set-roles=access --set-roles=editor`,
    ...every(
      () => `users update ${PREFIX}-user`,
      ['--set-roles=access', '--set-roles=access,editor --set-logins=root', '--set-logins=a,b'],
      ['', '--set-db-users=x', '--set-kubernetes-groups=g,h', '--set-aws-role-arns=arn:aws:iam::1:role/r'],
    ),
    ...['bot', 'token', 'role', 'user', 'lock'].flatMap((kind) => [`rm ${kind}/${PREFIX}-${REMOVED[kind]}`]),
    `users rm ${PREFIX}-user2`,
    `tokens rm ${PREFIX}-iam`,
    `bots rm ${PREFIX}-n002`,
    `users reset ${PREFIX}-n200 --format=json`,
  ];
}

const REMOVED: Readonly<Record<string, string>> = {
  bot: 'n003',
  token: 'circleci',
  role: 'role3',
  user: 'user',
  lock: 'lock',
};

function combinations(lists: readonly (readonly string[])[]): string[][] {
  return lists.reduce<string[][]>((all, list) => all.flatMap((each) => list.map((one) => [...each, one])), [[]]);
}

function unique(lines: readonly string[]): string[] {
  return [...new Set(lines.map((line) => line.trim().replace(/ +/g, ' ')))];
}

/** Some of the lines in their order, the same for the same seed. */
export function sample(lines: readonly string[], share: number, seed: number): string[] {
  let state = seed;
  return lines.filter(() => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32 < share;
  });
}
