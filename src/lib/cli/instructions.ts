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
    'Its certificates land in ./tbot-user and are renewed there; ./tbot-data is its own memory. Choose other folders as you like.',
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

/** What a person does next with a new token of method `token`. */
export function tokenInstructions(token: AddedToken, place: JoinPlace, now: Date): string {
  const flags = [
    `--roles=${token.roles.map((role) => role.toLowerCase()).join(',')}`,
    `--token=${token.name}`,
    ...place.caPins.map((pin) => `--ca-pin=${pin}`),
    `--auth-server=${place.address}`,
  ];
  return [
    `The invite token: ${token.name}`,
    validity(token.expires, now),
    '',
    'Start the service on the machine that joins:',
    '',
    '> teleport start \\',
    ...flags.map((flag, index) => `   ${flag}${index < flags.length - 1 ? ' \\' : ''}`),
    '',
    `${place.address} must be reachable from there.`,
    '',
  ].join('\n');
}

function validity(expires: Date | undefined, now: Date): string {
  if (!expires) return 'It does not expire.';
  const minutes = Math.max(0, Math.round((expires.getTime() - now.getTime()) / 60_000));
  return `It expires in ${minutes} minutes.`;
}
