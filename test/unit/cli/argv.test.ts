import { describe, expect, it } from '@jest/globals';
import { type CommandShape, type CommandTable, readCommandLine } from '../../../src/lib/cli/argv.js';
import { UsageError } from '../../../src/lib/cli/usage-error.js';

const globals = {
  debug: { type: 'boolean', char: 'd' },
  identity: { type: 'option', char: 'i' },
  'auth-server': { type: 'option', multiple: true },
} as const;

const commands: CommandShape[] = [
  { id: 'status', flags: { ...globals, format: { type: 'option', options: ['text', 'json'] } }, args: {} },
  {
    id: 'create',
    flags: { ...globals, force: { type: 'boolean', char: 'f' }, ttl: { type: 'option' } },
    args: { filename: {} },
  },
  {
    id: 'bots:add',
    flags: { ...globals, logins: { type: 'option', multiple: true } },
    args: { name: { required: true } },
  },
  { id: 'bots:ls', flags: { ...globals }, args: {} },
  { id: 'tokens:add', flags: { ...globals, type: { type: 'option', required: true } }, args: {} },
  { id: 'login', flags: { ...globals }, args: { shell: {} } },
  { id: 'login:again', flags: { ...globals }, args: { shell: {} } },
  { id: 'dev', flags: { ...globals }, args: {}, strict: false },
];

const table: CommandTable = {
  globals,
  ids: [...commands.map(({ id }) => id), 'bot:ls', 'help'],
  find: (id) => commands.find((command) => command.id === (id === 'bot:ls' ? 'bots:ls' : id)),
};

const files: Record<string, string[]> = { 'args.txt': ['# a comment', '', '--format=json'] };

function read(...args: string[]) {
  return readCommandLine(args, table, (path) => {
    const lines = files[path];
    if (!lines) throw new Error('no such file');
    return lines;
  });
}

function argvOf(...args: string[]): string[] {
  const invocation = read(...args);
  if (invocation.kind !== 'command') throw new Error('not a command');
  return invocation.argv;
}

function usageError(...args: string[]): UsageError {
  try {
    read(...args);
  } catch (error) {
    if (error instanceof UsageError) return error;
    throw error;
  }
  throw new Error('no error');
}

describe('flags', () => {
  it.each(['--constructor', '--toString', '--__proto__'])('are not what every object has: %s', (flag) => {
    expect(usageError('status', flag).message).toBe(`unknown flag "${flag}"`);
  });
});

describe('finding the command', () => {
  it('joins the words of a command and keeps what follows', () => {
    expect(read('bots', 'add', 'example')).toEqual({ kind: 'command', id: 'bots:add', argv: ['example'] });
  });

  it('takes global flags before, between and after the words', () => {
    expect(argvOf('--debug', 'bots', '-i', 'admin.pem', 'ls', '--auth-server', 'a:1')).toEqual([
      '--debug',
      '--identity=admin.pem',
      '--auth-server=a:1',
    ]);
  });

  it('does not take the value of a global flag for a command', () => {
    expect(read('--identity', 'create', 'status')).toMatchObject({ id: 'status', argv: ['--identity=create'] });
  });

  it('tells a command from a longer one that begins with it', () => {
    expect(read('login', 'bash')).toMatchObject({ id: 'login', argv: ['bash'] });
    expect(read('login', 'again', 'bash')).toMatchObject({ id: 'login:again', argv: ['bash'] });
  });

  it('suggests the nearest command', () => {
    expect(usageError('statsu')).toMatchObject({
      message: 'unknown command "statsu"',
      hint: 'Did you mean "tctl status"?',
    });
    expect(usageError('bots', 'lss')).toMatchObject({ message: 'unknown command "bots lss"', commandId: 'bots' });
  });

  it('says which subcommands there are where one is missing', () => {
    expect(usageError('bots')).toMatchObject({
      message: 'bots: a subcommand is missing',
      hint: 'Choose one of: add, ls',
    });
  });

  it.each([
    [['acl', 'ls'], 'the command "acl" is', 'tctl acl. The nearest here: tctl get access_lists'],
    [['-d', 'nodes', 'ls', '--verbose'], 'the command "nodes ls" is', 'The nearest here: tctl get nodes'],
    [['proxy', '--help'], 'the command "proxy" is', 'The nearest here: tctl get proxies'],
    [['tokens', 'configure-kube'], 'the command "tokens configure-kube" is', 'tctl tokens configure kubernetes'],
    [['help', 'top'], 'the command "top" is', "Teleport's own tctl has it: tctl top"],
  ])("points to Teleport's own tctl for %j", (args, message, hint) => {
    expect(() => read(...args)).toThrow(
      expect.objectContaining({
        code: 'not_offered',
        message: `${message} not supported by this tool`,
        hint: expect.stringContaining(hint),
      }),
    );
  });

  it('takes the alias of a first word for the word', () => {
    expect(usageError('bot')).toMatchObject({ hint: 'Choose one of: add, ls', commandId: 'bots' });
    expect(usageError('bot', 'lss')).toMatchObject({
      message: 'unknown command "bot lss"',
      hint: 'Did you mean "tctl bots ls"?',
    });
    expect(read('bot', '--help')).toEqual({ kind: 'help', words: ['bots'] });
    expect(read('help', 'bot')).toEqual({ kind: 'help', words: ['bots'] });
    expect(read('bot', 'ls')).toMatchObject({ id: 'bots:ls' });
  });

  it.each([[[]], [['--help']], [['-d', '-h']], [['help']]])('shows the top of the help for %j', (args) => {
    expect(read(...args)).toEqual({ kind: 'help', words: [] });
  });

  it.each([[['help', 'bots', 'add']], [['bots', 'add', '--help']], [['bots', 'add', 'x', '-h']]])(
    'shows the help of a command for %j',
    (args) => {
      expect(read(...args)).toEqual({ kind: 'help', words: ['bots', 'add'] });
    },
  );

  it('leaves --help after -- to the command that stands there', () => {
    expect(read('dev', '--', 'npm', '--help')).toEqual({ kind: 'command', id: 'dev', argv: ['--', 'npm', '--help'] });
  });
});

describe('reading flags', () => {
  it('lets the last of a repeated flag win, and collects those that may be repeated', () => {
    expect(argvOf('status', '--format=text', '--format', 'json')).toEqual(['--format=json']);
    expect(argvOf('bots', 'add', 'x', '--logins=a', '--logins', 'b')).toEqual(['--logins=a', '--logins=b', 'x']);
  });

  it('reads joined switches, short flags with a value, and values that start with a dash', () => {
    expect(argvOf('create', '-fd')).toEqual(['--force', '--debug']);
    expect(argvOf('create', '-iadmin.pem', 'a.yaml')).toEqual(['--identity=admin.pem', 'a.yaml']);
    expect(argvOf('create', '-i=admin.pem', '--ttl=-5m')).toEqual(['--identity=admin.pem', '--ttl=-5m']);
  });

  it('takes a switch back with --no-', () => {
    expect(argvOf('create', '-f', '--no-force', 'x')).toEqual(['x']);
  });

  it('takes the argument after -f as the file, since -f has no value', () => {
    expect(argvOf('create', '-f', 'bot.yaml')).toEqual(['--force', 'bot.yaml']);
  });

  it('refuses a value for a switch', () => {
    expect(usageError('create', '--force=true')).toMatchObject({ message: 'flag --force takes no value' });
  });

  it('names an unknown flag and the nearest known one', () => {
    expect(usageError('status', '--formt=json')).toMatchObject({
      message: 'unknown flag "--formt"',
      hint: 'Did you mean "--format"?',
      commandId: 'status',
    });
    expect(usageError('create', '-fx')).toMatchObject({ message: 'unknown flag "-x"' });
    expect(usageError('--formt', 'status')).toMatchObject({ message: 'unknown flag "--formt"' });
  });

  it('asks for a missing value, and for one of the accepted values', () => {
    expect(usageError('status', '--format')).toMatchObject({ message: 'flag --format needs a value' });
    expect(usageError('status', '--format=jsn')).toMatchObject({
      message: '--format must be one of text, json, not "jsn"',
      hint: 'Did you mean --format=json?',
    });
  });

  it('puts the lines of @file in its place, without comments and blank lines', () => {
    expect(argvOf('status', '@args.txt')).toEqual(['--format=json']);
    expect(usageError('status', '@nosuch')).toMatchObject({
      message: 'cannot read arguments from nosuch: no such file',
    });
  });
});

describe('checking what must be there', () => {
  it('names every missing argument and flag', () => {
    expect(usageError('bots', 'add')).toMatchObject({ message: 'missing <name>', commandId: 'bots:add' });
    expect(usageError('tokens', 'add')).toMatchObject({ message: 'missing --type' });
  });

  it('names the first argument too many, before or after --', () => {
    expect(usageError('bots', 'ls', 'extra')).toMatchObject({ message: 'unexpected argument "extra"' });
    expect(usageError('create', 'a.yaml', '--', 'b.yaml')).toMatchObject({ message: 'unexpected argument "b.yaml"' });
  });

  it('looks for the command after -- where none is before', () => {
    expect(read('--', 'bots', 'ls')).toEqual({ kind: 'command', id: 'bots:ls', argv: ['--'] });
    expect(argvOf('-d', '--', 'bots', 'add', 'x')).toEqual(['--debug', '--', 'x']);
  });

  it('checks flags that stand alone', () => {
    expect(usageError('--nope').message).toBe('unknown flag "--nope"');
    expect(read('-d')).toEqual({ kind: 'help', words: [] });
  });

  it('prints completion scripts for the flags that do so in the real tool', () => {
    expect(read('--completion-script-zsh')).toEqual({ kind: 'command', id: 'completion', argv: ['zsh'] });
  });

  it('leaves words that start with a dash alone after --', () => {
    expect(argvOf('create', '--', '-odd-name.yaml')).toEqual(['--', '-odd-name.yaml']);
  });
});

describe('a global flag at the end of a line without a command', () => {
  it('needs its value before help is of use', () => {
    expect(usageError('-i').message).toBe('flag -i needs a value');
    expect(usageError('--auth-server').message).toBe('flag --auth-server needs a value');
  });
});
