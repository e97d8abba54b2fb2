import { string as stringArg } from '@oclif/core/args';
import { string } from '@oclif/core/flags';
import {
  BaseCommand,
  botFacts,
  botInstructions,
  commaList,
  durationMs,
  formatFlag,
  listFlag,
  resultText,
  UsageError,
} from '../../lib/cli/index.js';

export default class BotsAdd extends BaseCommand {
  static override summary = 'Make a bot, and a join token for it';
  static override description =
    'Prints the tbot command that joins as the new bot. If the token cannot be made, the bot is removed again.';
  static override hiddenAliases = ['bot:add'];
  static override examples = [
    '<%= config.bin %> bots add example --roles=access',
    '<%= config.bin %> bots add ci --roles=deploy --token=github-token --format=json',
  ];
  static override args = {
    name: stringArg({ required: true, ignoreStdin: true, description: 'Name of the bot' }),
  };
  static override flags = {
    roles: listFlag({ helpValue: 'ROLE,...', summary: 'Roles that the bot may act with' }),
    logins: listFlag({ helpValue: 'LOGIN,...', summary: 'Logins that the bot may use over SSH' }),
    ttl: string({ helpValue: 'DURATION', summary: 'Life of the new join token, 1h unless given' }),
    token: string({ helpValue: 'NAME', summary: 'Use this join token instead of making one' }),
    'max-session-ttl': string({ helpValue: 'DURATION', summary: "Longest life of the bot's certificates" }),
    format: formatFlag(['text', 'json', 'yaml']),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(BotsAdd);
    if (args.name.trim() === '') throw new UsageError('the name of the bot is empty', { commandId: 'bots:add' });
    const sessionMs = durationMs('max-session-ttl', flags['max-session-ttl']);
    const bot = {
      name: args.name,
      roles: (flags.roles ?? []).flatMap(commaList),
      logins: (flags.logins ?? []).flatMap(commaList),
      tokenTtlMs: durationMs('ttl', flags.ttl),
      maxSessionTtlSeconds: sessionMs === undefined ? undefined : Math.floor(sessionMs / 1000),
      token: flags.token || undefined,
    };
    const [added, place] = await this.withClient(
      flags,
      async (client, { addBot, findMissingRoles, joinPlace }) => {
        for (const { name, suggestion } of await findMissingRoles(bot.roles, { client })) {
          const near = suggestion ? `; did you mean "${suggestion}"?` : '.';
          this.io.err(`WARNING: role "${name}" does not exist${near} The bot cannot use it until it is created.\n`);
        }
        return Promise.all([
          addBot(bot, { client, now: this.now() }),
          flags.format === 'text' ? joinPlace({ client }) : undefined,
        ]);
      },
      () => import('../../lib/actions/index.js'),
    );

    if (place) this.warnAbout(place.problems);
    const text = place ? botInstructions(added, place, this.now()) : '';
    this.io.out(await resultText(flags.format, { text, document: botFacts(added, this.now()) }));
  }
}
