import { string as stringArg } from '@oclif/core/args';
import { string } from '@oclif/core/flags';
import {
  BaseCommand,
  changesText,
  commaList,
  durationMs,
  formatFlag,
  listFlag,
  resultText,
  UsageError,
} from '../../lib/cli/index.js';
import { goQuote } from '../../lib/util/go-quote.js';

const NAMES = 'NAME,...';

export default class BotsUpdate extends BaseCommand {
  static override summary = 'Change the roles, the logins and the session length of a bot';
  static override description =
    'A --set flag replaces what there is, and clears it when it is given empty; an --add flag adds to that. Agents get ' +
    'the change with their next renewal. Nothing is sent when nothing changes.';
  static override hiddenAliases = ['bot:update'];
  static override examples = [
    '<%= config.bin %> bots update example --add-roles=editor',
    '<%= config.bin %> bots update example --set-roles=access --set-logins=',
    '<%= config.bin %> bots update example --set-max-session-ttl=24h --format=json',
  ];
  static override args = {
    name: stringArg({ required: true, ignoreStdin: true, description: 'Name of the bot' }),
  };
  static override flags = {
    'set-roles': listFlag({ helpValue: NAMES, summary: 'Replace the roles that the bot may act with' }),
    'add-roles': listFlag({ helpValue: NAMES, summary: 'Add to the roles that the bot may act with' }),
    'set-logins': listFlag({ helpValue: NAMES, summary: 'Replace the logins that the bot may use over SSH' }),
    'add-logins': listFlag({ helpValue: NAMES, summary: 'Add to the logins that the bot may use over SSH' }),
    'set-max-session-ttl': string({ helpValue: 'DURATION', summary: "Longest life of the bot's certificates" }),
    format: formatFlag(['text', 'json', 'yaml']),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(BotsUpdate);
    const ttl = flags['set-max-session-ttl'];
    const ttlMs = durationMs('set-max-session-ttl', ttl);
    if (ttl !== undefined && ttlMs === undefined) {
      throw new UsageError('--set-max-session-ttl must be longer than zero', { commandId: 'bots:update' });
    }
    const wanted = {
      setRoles: flags['set-roles']?.flatMap(commaList),
      addRoles: (flags['add-roles'] ?? []).flatMap(commaList),
      setLogins: flags['set-logins']?.flatMap(commaList),
      addLogins: (flags['add-logins'] ?? []).flatMap(commaList),
      maxSessionTtlSeconds: ttlMs === undefined ? undefined : Math.floor(ttlMs / 1000),
    };
    const changes = await this.withClient(
      flags,
      (client, { updateBot }) => updateBot(args.name, wanted, { client }),
      () => import('../../lib/actions/index.js'),
    );

    const text = changesText(`Bot ${goQuote(args.name)}`, changes);
    this.io.out(await resultText(flags.format, { text, document: { bot: args.name, changes } }));
  }
}
