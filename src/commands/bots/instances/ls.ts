import { string as stringArg } from '@oclif/core/args';
import { option, string } from '@oclif/core/flags';
import { BaseCommand, formatFlag, instanceAliases } from '../../../lib/cli/index.js';
import { goQuote } from '../../../lib/util/go-quote.js';

export default class BotsInstancesLs extends BaseCommand {
  static override summary = 'List the agents that have joined as bots';
  static override hiddenAliases = instanceAliases('ls', 'list');
  static override examples = [
    '<%= config.bin %> bots instances ls',
    '<%= config.bin %> bots instances ls example --sort-index=active_at_latest --sort-order=descending',
    '<%= config.bin %> bots instances ls --search=build-host --format=json',
    '<%= config.bin %> bots instances ls --query=\'older_than(status.latest_heartbeat.version, "18.2.0")\'',
  ];
  static override args = {
    name: stringArg({ ignoreStdin: true, description: 'Only those of this bot' }),
  };
  static override flags = {
    search: string({
      helpValue: 'TEXT',
      summary: 'Only those with this text in the bot, ID, host name, join method or version',
    }),
    query: string({
      helpValue: 'CONDITION',
      summary:
        'Only those of which it holds, in the fields of the JSON form and with latest_heartbeat, older_than(), …',
    }),
    'sort-index': option({
      options: ['bot_name', 'active_at_latest', 'version_latest', 'host_name_latest'] as const,
      default: 'bot_name' as const,
      helpValue: 'FIELD',
      summary: 'Order by bot_name, active_at_latest, version_latest or host_name_latest',
    })(),
    'sort-order': option({
      options: ['ascending', 'descending'] as const,
      default: 'ascending' as const,
      helpValue: 'ascending|descending',
      summary: 'Direction of the order',
    })(),
    format: formatFlag(['text', 'json', 'yaml']),
  };

  async run(): Promise<void> {
    const { args, flags } = await this.parse(BotsInstancesLs);
    const bot = args.name || undefined;
    const { listBotInstances, parseInstanceQuery, explainMissingBot, tellsHealth } = await import(
      '../../../lib/actions/index.js'
    );
    const query = {
      bot,
      search: flags.search,
      matches: flags.query === undefined ? undefined : parseInstanceQuery(flags.query),
      sortIndex: flags['sort-index'],
      descending: flags['sort-order'] === 'descending',
    };
    const { instances, withHealth } = await this.withClient(flags, async (client) => {
      const found = await listBotInstances(query, { client });
      const problem = found.length === 0 && bot ? await explainMissingBot(bot, { client }) : undefined;
      if (problem) this.io.err(`WARNING: ${problem}\n`);
      return { instances: found, withHealth: await tellsHealth({ client }) };
    });

    if (flags.format !== 'text') {
      const [{ renderResources }, { loadKind }] = await Promise.all([
        import('../../../lib/output/index.js'),
        import('../../../lib/resources/index.js'),
      ]);
      this.io.out(await renderResources(flags.format, await loadKind('bot_instance'), instances, { width: 80 }));
    } else if (instances.length === 0) {
      this.io.out(bot ? `No bot instances found with name ${goQuote(bot)}.\n` : 'No bot instances found.\n');
    } else {
      const { botInstancesTable, botInstancesHealthTable } = await import('../../../lib/output/views/index.js');
      this.io.out(withHealth ? botInstancesHealthTable(instances) : botInstancesTable(instances));
      this.hint(bot);
    }
  }

  /** On standard error, so that standard output holds the table and nothing else. */
  private hint(bot: string | undefined): void {
    if (!this.io.stderrIsTerminal) return;
    this.io.err('\n"tctl bots instances show ID" tells more of one.\n');
    if (bot) this.io.err(`"tctl bots instances add ${bot}" lets one more machine join as this bot.\n`);
  }
}
