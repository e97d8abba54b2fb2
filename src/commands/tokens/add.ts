import { string } from '@oclif/core/flags';
import {
  BaseCommand,
  botInstructions,
  durationMs,
  methodWithoutRules,
  parseLabels,
  requireBotName,
  rfc3339,
  tokenInstructions,
} from '../../lib/cli/index.js';

const DEFAULT_TTL_MS = 30 * 60 * 1000;

export default class TokensAdd extends BaseCommand {
  static override summary = 'Make a join token for services, or for a bot';
  static override description =
    'A token of the method "token" can be used once by a bot, many times by services, and expires. For methods that go by ' +
    'rules, such as github, see "tctl tokens configure".';
  static override examples = [
    '<%= config.bin %> tokens add --type=node --ttl=15m',
    '<%= config.bin %> tokens add --type=app,db --labels=team=ci --format=json',
    '<%= config.bin %> tokens add --type=bot --bot-name=example',
    '<%= config.bin %> tokens add --type=bot --bot-name=example --join-method=bound_keypair --value=example-host',
  ];
  static override flags = {
    type: string({
      required: true,
      helpValue: 'TYPE,...',
      summary: 'Services that may join: node, app, db, kube, proxy, …; or bot',
    }),
    'bot-name': string({ helpValue: 'NAME', summary: 'Bot that may join; with --type=bot' }),
    'join-method': string({
      helpValue: 'token|bound_keypair',
      default: 'token',
      summary: 'How a machine proves that it may join',
    }),
    value: string({ helpValue: 'NAME', summary: 'Name of the token, which is its secret; random unless given' }),
    labels: string({ helpValue: 'KEY=VALUE,...', summary: 'Labels of the token' }),
    ttl: string({
      helpValue: 'DURATION',
      summary: 'Life of the token; 30m unless given, without end with bound_keypair',
    }),
    ...Object.fromEntries(
      ['app-name', 'app-uri', 'db-name', 'db-protocol', 'db-uri'].map((name) => [
        name,
        string({ hidden: true, summary: 'Ignored' }),
      ]),
    ),
    format: string({
      options: ['text', 'json', 'yaml'],
      helpValue: 'text|json|yaml',
      summary: 'Form of the output, text being the bare token; instructions unless given',
    }),
  };

  async run(): Promise<void> {
    const { flags } = await this.parse(TokensAdd);
    const actions = await import('../../lib/actions/index.js');
    const roles = actions.parseSystemRoles(flags.type);
    const botName = flags['bot-name'];
    requireBotName(roles, botName);
    const joinMethod = methodWithoutRules(flags['join-method']);
    const token = {
      roles,
      botName,
      joinMethod,
      value: flags.value,
      labels: parseLabels('labels', flags.labels),
      ttlMs: durationMs('ttl', flags.ttl) ?? (joinMethod === 'token' ? DEFAULT_TTL_MS : undefined),
    };
    const [added, place] = await this.withClient(flags, async (client) => {
      const problem = botName && (await actions.explainMissingBot(botName, { client }));
      if (problem) this.io.err(`WARNING: ${problem} Nothing can join with the token until the bot exists.\n`);
      return Promise.all([
        actions.addToken(token, { client, now: this.now() }),
        flags.format === undefined ? actions.joinPlace({ client }, { pins: !botName }) : undefined,
      ]);
    });

    if (place) {
      this.warnAbout(place.problems);
      const bot = botName && { name: botName, userName: '', roleName: '', token: { ...added, joinMethod } };
      this.io.out(bot ? botInstructions(bot, place, this.now()) : tokenInstructions(added, place, this.now()));
    } else if (flags.format === 'text') {
      this.io.out(`${added.name}\n`);
    } else {
      const { formatJson, formatYaml } = await import('../../lib/output/index.js');
      const expires = added.expires && rfc3339(added.expires);
      const facts = { ...(expires && { expires }), roles: added.roles, token: added.name };
      this.io.out(flags.format === 'json' ? formatJson(facts, 1) : formatYaml(facts));
    }
  }
}
