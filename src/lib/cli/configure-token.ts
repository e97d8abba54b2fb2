import { boolean, string } from '@oclif/core/flags';
import type { KindMessages } from '../client/index.js';
import { goQuote } from '../util/go-quote.js';
import { BaseCommand } from './base-command.js';
import { formatFlag } from './flags.js';
import { botInstructions } from './instructions.js';
import { type ConfigureTokenFlags, tokenDocument } from './token-document.js';
import { TOKEN_METHODS, type TokenMethod, type TokenMethodName } from './token-methods.js';
import { UsageError } from './usage-error.js';

const multiple = { multiple: true, multipleNonGreedy: true } as const;

/** The flags of `tokens configure METHOD`. */
export function configureFlags(method: TokenMethodName) {
  const { rule, block = {}, repeated }: TokenMethod = TOKEN_METHODS[method];
  const methodFlags = Object.entries({ ...rule, ...block }).map(([field, { summary, form }]) => {
    const helpGroup = 'METHOD';
    const name = field.replaceAll('_', '-');
    if (form === 'switch') return [name, boolean({ helpGroup, summary, allowNo: true })];
    if (form === 'list') return [name, string({ helpGroup, summary, helpValue: 'NAME,...', ...multiple })];
    if (form === 'file') return [name, string({ helpGroup, summary, helpValue: 'FILE' })];
    if (field !== repeated) return [name, string({ helpGroup, summary, helpValue: 'TEXT' })];
    return [name, string({ helpGroup, summary: `${summary}; may be repeated`, helpValue: 'TEXT', ...multiple })];
  });
  return {
    'bot-name': string({ helpValue: 'NAME', summary: 'Bot that may join with the token' }),
    roles: string({ helpValue: 'TYPE,...', summary: 'Services that may join, in place of a bot: node, app, db, …' }),
    name: string({ helpValue: 'NAME', summary: 'Name of the token; made of bot and method unless given' }),
    labels: string({ helpValue: 'KEY=VALUE,...', summary: 'Labels of the token' }),
    ttl: string({ helpValue: 'DURATION', summary: 'Life of the token; it does not expire unless given' }),
    apply: boolean({ summary: 'Create the token, where otherwise it is only printed' }),
    force: boolean({ char: 'f', summary: 'With --apply: overwrite a token of that name' }),
    format: formatFlag(['yaml', 'json']),
    ...(Object.fromEntries(methodFlags) as Record<string, ReturnType<typeof string>>),
  };
}

/** `tokens configure METHOD`: flags to a join token, printed or created. */
export abstract class ConfigureTokenCommand extends BaseCommand {
  protected abstract readonly method: TokenMethodName;

  async run(): Promise<void> {
    const flags = (await this.parse(this.constructor as never)).flags as unknown as ConfigureTokenFlags;
    const [actions, { formatFieldProblem, loadKind }] = await Promise.all([
      import('../actions/index.js'),
      import('../resources/index.js'),
    ]);
    const document = tokenDocument(this.method, flags, { parseRoles: actions.parseSystemRoles, now: this.now() });
    const kind = await loadKind('token');
    const { message, problems } = kind.fromDocument(document);
    const token = kind.withDefaults(message);
    const [problem, ...more] = [...problems, ...(problems.length === 0 ? kind.validate(token) : [])];
    if (problem) {
      throw new UsageError([problem, ...more].map(formatFieldProblem).join('\n'), {
        commandId: (this.constructor as typeof BaseCommand).id,
        hint: 'Each field is set by the flag of its name, with - for _',
      });
    }

    if (!flags.apply) {
      const { formatJson, formatYaml } = await import('../output/index.js');
      const complete = kind.toDocument(token);
      this.io.out(flags.format === 'json' ? `${formatJson(complete)}\n` : formatYaml(complete));
      return;
    }
    const { name } = document.metadata;
    const bot = flags['bot-name'];
    const place = await this.withClient(flags, async (client) => {
      const problem = bot && (await actions.explainMissingBot(bot, { client }));
      if (problem) this.io.err(`WARNING: ${problem} Nothing can join with the token until the bot exists.\n`);
      await actions.writeToken(token as KindMessages['token'], { force: flags.force }, { client });
      return actions.joinPlace({ client });
    });
    this.io.out(`provision_token ${goQuote(name)} has been created\n`);
    if (!bot) return;
    const { expires } = document.metadata;
    const joinToken = { name, joinMethod: this.method, ...(expires && { expires: new Date(expires) }) };
    this.io.out(`\n${botInstructions({ name: bot, userName: '', roleName: '', token: joinToken }, place, this.now())}`);
  }
}
