import type { AddedBot, AddedToken, JoinPlace } from '../actions/index.js';

/** What a person does next with a new bot: the exact `tbot` command for its join method. */
export function botInstructions(bot: AddedBot, place: JoinPlace, now: Date): string {
  const { token } = bot;
  const lines =
    token.joinMethod === 'token'
      ? [`The bot token: ${token.name}`, validity(token.expires, now), 'It is a secret, and it can be used once.']
      : [
          `Bot "${bot.name}" joins with token "${token.name}" by the method ${token.joinMethod}.`,
          validity(token.expires, now),
        ];
  const secret =
    token.joinMethod === 'bound_keypair'
      ? [
          'Put the registration secret into a file on the machine that the bot runs on:',
          '',
          `> tctl tokens secret ${token.name} --out=./${token.name}.secret`,
          '',
        ]
      : [];
  return [
    ...lines.filter((line) => line !== ''),
    '',
    ...secret,
    'Start the agent on that machine:',
    '',
    ...tbotCommand(token, place),
    '',
    'Its certificates land in ./tbot-user and are renewed there; ./tbot-data is its',
    'own memory. Choose other folders as you like.',
    `${place.address} must be reachable from there.`,
    '',
  ].join('\n');
}

/** The same for programs: what `bots add --format=json` prints (cli §10.2); the life left in nanoseconds, 0 without end. */
export function botFacts({ userName, roleName, token }: AddedBot, now: Date): object {
  const ttlMs = token.expires ? token.expires.getTime() - now.getTime() : 0;
  return { user_name: userName, role_name: roleName, token_id: token.name, token_ttl: ttlMs * 1_000_000 };
}

function tbotCommand(token: AddedBot['token'], place: JoinPlace): string[] {
  const bound = token.joinMethod === 'bound_keypair';
  const flags = [
    bound ? '--storage=./tbot-data' : '--data-dir=./tbot-data',
    bound ? '--destination=./tbot-user' : '--destination-dir=./tbot-user',
    `--token=${token.name}`,
    `--${place.kind}-server=${place.address}`,
    `--join-method=${token.joinMethod}`,
    ...(bound ? [`--registration-secret-path=./${token.name}.secret`] : []),
  ];
  return [`> tbot start${bound ? ' identity' : ''}`, ...flags.map((flag) => `   ${flag}`)].map((line, index, all) =>
    index < all.length - 1 ? `${line} \\` : line,
  );
}

/** Services that `teleport start --roles` takes; the others are switched on in its configuration file. */
const ROLES_OF_START = ['auth', 'node', 'proxy', 'app', 'db', 'windowsdesktop', 'discovery'];

/** What a person does next with a new token of method `token`. */
export function tokenInstructions(token: AddedToken, place: JoinPlace, now: Date): string {
  return [
    `The invite token: ${token.name}`,
    validity(token.expires, now),
    '',
    ...tokenUse(token, place),
    '',
    `${place.address} must be reachable from there.`,
    '',
  ].join('\n');
}

function tokenUse(token: AddedToken, place: JoinPlace): string[] {
  const services = token.roles.map((role) => role.toLowerCase());
  if (services.includes('trusted_cluster')) {
    return [
      'Put it into the resource that connects the other cluster with this one, and',
      'create that resource there:',
      '',
      'kind: trusted_cluster',
      'version: v2',
      'metadata: {name: CLUSTER}',
      'spec:',
      '  enabled: true',
      `  token: ${token.name}`,
      `  web_proxy_addr: ${place.address}`,
      '  role_map: [{remote: ROLE, local: [ROLE]}]',
    ];
  }
  if (!services.every((service) => ROLES_OF_START.includes(service))) {
    return [
      'Put it into the teleport.yaml of the machine that joins, which switches the',
      'service on, and run "teleport start":',
      '',
      'version: v3',
      'teleport:',
      `  auth_token: ${token.name}`,
      ...(place.caPins.length > 0 ? [`  ca_pin: [${place.caPins.map((pin) => JSON.stringify(pin)).join(', ')}]`] : []),
      `  ${place.kind}_server: ${place.address}`,
    ];
  }
  const flags = [
    `--roles=${services.join(',')}`,
    `--token=${token.name}`,
    ...place.caPins.map((pin) => `--ca-pin=${pin}`),
    `--auth-server=${place.address}`,
  ];
  return [
    'Start the service on the machine that joins:',
    '',
    '> teleport start \\',
    ...flags.map((flag, index) => `   ${flag}${index < flags.length - 1 ? ' \\' : ''}`),
  ];
}

function validity(expires: Date | undefined, now: Date): string {
  if (!expires) return 'It does not expire.';
  const minutes = Math.max(0, Math.round((expires.getTime() - now.getTime()) / 60_000));
  return `It expires in ${minutes} minutes.`;
}
