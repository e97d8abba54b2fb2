import { describe, expect, it } from '@jest/globals';
import { readFlags, splitCommand } from '../../../src/lib/agent/command-line.js';
import { emptyConfig, parseConfig } from '../../../src/lib/agent/config.js';
import { applyFlags } from '../../../src/lib/agent/config-flags.js';
import { parseDestination } from '../../../src/lib/agent/destination-config.js';
import { GLOBAL_FLAGS, LEGACY_FLAGS, RUN_FLAGS } from '../../../src/lib/agent/flags.js';
import { createLogger } from '../../../src/lib/agent/logs.js';
import { systemdUnit } from '../../../src/lib/agent/systemd.js';
import { recordingLog } from './silent-log.js';

const LEGACY = { ...GLOBAL_FLAGS, ...LEGACY_FLAGS, ...RUN_FLAGS };

describe('the command line', () => {
  it('tells the words of a command from the values of global flags before and between them', () => {
    const args = ['-c', 'start', '--debug', 'start', '--log-format=json', 'identity', '--token', 'legacy'];
    expect(splitCommand(args, GLOBAL_FLAGS)).toEqual({
      words: ['start', 'identity'],
      rest: ['-c', 'start', '--debug', '--log-format=json', '--token', 'legacy'],
    });
  });

  it.each([
    [['--oneshoot'], /unknown flag --oneshoot/],
    [['--token'], /--token needs a value/],
    [['--oneshot=yes'], /--oneshot takes no value/],
    [['--trace'], /--trace is not supported by this tool/],
    [['--oneshot', 'true'], /unexpected argument "true"/],
    [['--join-method', 'tokn'], /--join-method takes one of .*"tokn"/],
  ])('refuses %j', (args, message) => {
    expect(() => readFlags(args, LEGACY, {})).toThrow(message);
  });

  it('takes the last of a repeated flag, --no- forms, and variables in place of flags', () => {
    const flags = readFlags(['--token', 'a', '--token=b', '--no-oneshot', '--ca-pin', '1', '--ca-pin', '2'], LEGACY, {
      TELEPORT_PROXY: 'p:443',
      TELEPORT_BOT_TOKEN: 'ignored',
    });

    expect(flags.text('token')).toBe('b');
    expect(flags.text('proxy-server')).toBe('p:443');
    expect(flags.bool('oneshot')).toBe(false);
    expect(flags.texts('ca-pin')).toEqual(['1', '2']);
  });
});

describe('applyFlags', () => {
  const { log } = recordingLog();

  it('lays flags over the configuration, key by key', async () => {
    const { log, lines } = recordingLog();
    const config = await parseConfig(
      'version: v2\nproxy_server: p:443\nonboarding: {join_method: token, token: s3cret, ca_path: /ca}\noneshot: true\n',
      'x',
    );
    const args = ['--token', 'n3w', '--no-oneshot', '--proxy-server=q:443', '--data-dir', '/d', '--certificate-ttl=2h'];
    const applied = applyFlags(config, readFlags(args, LEGACY, {}), log);

    expect(applied).toMatchObject({ oneshot: false, proxyServer: 'q:443', storage: { path: '/d' } });
    expect(applied.onboarding).toEqual({
      token: 'n3w',
      joinMethod: 'token',
      caPath: '/ca',
      caPins: [],
      boundKeypair: {},
    });
    expect(applied.lifetime.ttlMs).toBe(7_200_000);
    expect(lines.join('')).toMatch(/replaces a value.*flag:proxy-server config_value:p:443 cli_value:q:443/);
    expect(lines.join('')).toMatch(/flag:oneshot config_value:true cli_value:false/);
    expect(lines.join('')).not.toMatch(/flag:(certificate-ttl|data-dir)/); // the file does not name them
    expect(lines.join('')).not.toMatch(/s3cret|n3w/);
  });

  const variables = { TELEPORT_AUTH_SERVER: 'a:3025', TELEPORT_PROXY: 'p:443' };
  it.each([
    ['a flag', '', ['--proxy-server=q:443'], { proxyServer: 'q:443' }],
    ['the configuration', 'proxy_server: q:443', [], { proxyServer: 'p:443' }],
    ['a join URI', '', ['--join-uri=tbot+auth+token://t@b:3025'], { authServer: 'b:3025' }],
    ['the configuration', 'auth_server: b:3025', [], { authServer: 'a:3025' }],
  ])('passes over the variable of the other address where %s names one: %s %s', async (_by, file, args, expected) => {
    const { log, lines } = recordingLog();
    const config = await parseConfig(`version: v2\n${file}\n`, 'x');
    const { authServer, proxyServer } = applyFlags(config, readFlags(args, LEGACY, variables), log);

    expect({ authServer, proxyServer }).toEqual({ authServer: undefined, proxyServer: undefined, ...expected });
    expect(lines.join('')).toMatch(/variable is passed over.*variable:TELEPORT_(AUTH_SERVER|PROXY) /);
  });

  it('takes the address of a variable where there is no other', () => {
    const { TELEPORT_AUTH_SERVER } = variables;
    const flags = readFlags([], LEGACY, { TELEPORT_AUTH_SERVER });
    expect(applyFlags(emptyConfig(), flags, log).authServer).toBe('a:3025');
  });

  it('makes an identity output of --destination-dir', () => {
    const legacy = applyFlags(emptyConfig(), readFlags(['--destination-dir', '/o'], LEGACY, {}), log);
    expect(legacy.services).toMatchObject([{ type: 'identity', destination: { path: '/o' } }]);
  });

  it.each([
    ['kubernetes-secret:///x', /not offered/],
    ['file://host/x', /no destination/],
    ['memory://x', /no destination/],
    ['s3://x', /no destination/],
  ])('refuses the destination %s', (text, message) => {
    expect(() => parseDestination(text)).toThrow(message);
  });
});

describe('logs', () => {
  it('are lines of JSON on request, and one line each, whatever is logged', () => {
    const lines: string[] = [];
    const clock = () => new Date('2026-11-21T00:00:00.250Z');
    const write = (line: string) => void lines.push(line);
    createLogger({ format: 'json', debug: false, clock, write }).warn('a\nb', { error: 'c\nd' });
    createLogger({ format: 'text', debug: false, clock, write }).of('tbot:identity').warn('a\nb', { error: 'c\nd' });
    createLogger({ format: 'text', debug: false, clock, write }).debug('hidden');

    expect(lines).toHaveLength(2);
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      timestamp: '2026-11-21T00:00:00Z',
      level: 'warning',
      message: 'a\nb',
      component: 'tbot',
      error: 'c\nd',
    });
    expect(lines[1]).toBe('2026-11-21T00:00:00.250Z WARN [TBOT:IDENT "a\\nb" error:["c\\nd"]\n');
  });
});

describe('a line of the log', () => {
  it('cannot be broken nor move the cursor by names of the server, in lists either', () => {
    const lines: string[] = [];
    const write = (line: string) => void lines.push(line);
    const log = createLogger({ format: 'text', debug: false, clock: () => new Date(0), write });
    log.info('wrote', { roles: ['a\nERROR', '\u001b[2J'], bot: '\u009b2J\u007f' });

    expect(lines.join('')).toMatch(/^[^\p{Cc}]*\n$/u);
    expect(lines.join('')).toMatch(/roles:"\[a\\nERROR, .*bot:"\\x9b2J\\x7f"/);
  });
});

describe('systemdUnit', () => {
  it('is that of the real tool', () => {
    const unit = systemdUnit({
      name: 'bot1',
      user: 'u',
      group: 'g',
      config: '/etc/tbot.yaml',
      program: ['/usr/local/bin/tbot'],
      anonymousTelemetry: false,
      notify: false,
    });

    expect(unit.split('\n').slice(0, 3)).toEqual([
      '# Generated by `tbot`',
      '[Unit]',
      'Description=bot1 - Teleport Machine ID Service',
    ]);
    expect(unit).toContain(
      '\nExecStart=/usr/local/bin/tbot start -c /etc/tbot.yaml\nExecReload=/bin/kill -HUP $MAINPID\n',
    );
    expect(unit).toContain('\nEnvironment="TELEPORT_ANONYMOUS_TELEMETRY=0"\n');
    const odd = {
      name: 'b',
      user: 'u',
      group: 'g',
      config: '/etc/my bot/50%.yaml',
      anonymousTelemetry: true,
      notify: true,
    };
    expect(systemdUnit({ ...odd, program: ['/opt/node', '/opt/tbot.js'] })).toContain(
      '\nExecStart=/opt/node /opt/tbot.js start -c "/etc/my bot/50%%.yaml"\n',
    );
    expect(unit).toContain('\nType=simple\n');
    expect(systemdUnit({ ...odd, program: ['/opt/tbot'] })).toContain('\nType=notify\nNotifyAccess=all\n');
    expect(unit.endsWith('\n\n[Install]\nWantedBy=multi-user.target\n')).toBe(true);
  });
});
