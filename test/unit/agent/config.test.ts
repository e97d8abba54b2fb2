import { describe, expect, it } from '@jest/globals';
import { parseConfig } from '../../../src/lib/agent/config.js';
import { checkStart, lifetimeWarnings } from '../../../src/lib/agent/config-rules.js';
import { configText } from '../../../src/lib/agent/config-text.js';
import type { DocumentError } from '../../../src/lib/resources/index.js';

const GUIDE = `version: v2
proxy_server: example.com:443
onboarding:
  join_method: token
  token: abcd123
storage:
  type: directory
  path: /var/lib/teleport/bot
outputs: []
`;

async function problemsOf(text: string): Promise<string[]> {
  const error = (await parseConfig(text, 'tbot.yaml').then(
    () => undefined,
    (failure: unknown) => failure,
  )) as DocumentError | undefined;
  if (error === undefined) return [];
  return error.details?.length ? [...error.details] : [error.message];
}

describe('parseConfig', () => {
  it('reads the configuration of the guide, with its defaults', async () => {
    expect(await parseConfig(GUIDE, 'tbot.yaml')).toEqual({
      proxyServer: 'example.com:443',
      onboarding: { joinMethod: 'token', token: 'abcd123', caPins: [], boundKeypair: {} },
      storage: {
        type: 'directory',
        path: '/var/lib/teleport/bot',
        symlinks: 'try-secure',
        acls: 'try',
        readers: [],
      },
      services: [],
      lifetime: { ttlMs: 3_600_000, intervalMs: 1_200_000 },
      debug: false,
      oneshot: false,
      fips: false,
      insecure: false,
    });
  });

  it('takes outputs after services, off and on without quotes, and the old name of credential_ttl', async () => {
    const config = await parseConfig(
      `version: v2
certificate_ttl: 30m
outputs:
- {type: identity, destination: {type: memory}, name: second}
services:
- {type: identity, destination: {type: directory, path: /x, acls: off}, ssh_config: off, roles: [a], on_renew: [echo, hi]}
`,
      'tbot.yaml',
    );

    expect(config.lifetime.ttlMs).toBe(1_800_000);
    expect(config.services).toMatchObject([
      { destination: { type: 'directory', acls: 'off' }, sshConfig: 'off', roles: ['a'], onRenew: ['echo', 'hi'] },
      { destination: { type: 'memory' }, name: 'second', sshConfig: 'on' },
    ]);
  });

  it('finds every misspelt key with its line and what was meant', async () => {
    const problems = await problemsOf(GUIDE.replace('join_method', 'join_metod').replace('storage:', 'storag:'));

    expect(problems).toEqual([
      expect.stringMatching(/^tbot.yaml:4:3: onboarding.join_metod: .* did you mean join_method\?/),
      expect.stringMatching(/^tbot.yaml:6:1: storag: .* did you mean storage\?/),
    ]);
  });

  it('passes over unknown keys when it is lenient, as the real tool does', async () => {
    const config = await parseConfig(GUIDE.replace('token: abcd', 'tokn: abcd'), 'tbot.yaml', { lenient: true });
    expect(config.onboarding.token).toBeUndefined();
  });

  it.each([
    ['a missing version', GUIDE.replace('version: v2\n', ''), /version is missing/],
    ['another version', GUIDE.replace('v2', 'v3'), /:1:10: version: "v3" is not accepted/],
    ['keys of version 2 in version 1', GUIDE.replace('v2', 'v1'), /:2:1: proxy_server: there is no such key/],
    ['an unknown join method', GUIDE.replace('method: token', 'method: tokn'), /did you mean token/],
    ['a token without quotes that is a number', GUIDE.replace('abcd123', '0123'), /:5:10: .*put it in quotes/],
    ['a duration without a unit', `${GUIDE}credential_ttl: 60\n`, /credential_ttl: a duration such as 1h30m/],
    ['a negative duration', `${GUIDE}renewal_interval: -1m\n`, /renewal_interval: a positive duration/],
    ['an output of the real tool alone', GUIDE.replace('[]', '[{type: tunnel}]'), /outputs\[0\].type: "tunnel"/],
    [
      'a folder twice',
      GUIDE.replace('[]', '[{type: identity, destination: {type: directory, path: /var/lib/teleport/bot/}}]'),
      /:9:65: outputs\[0\]\.destination\.path: .*named twice/,
    ],
    [
      'a name twice',
      GUIDE.replace(
        '[]',
        '[{type: identity, name: x, destination: {type: memory}}, {type: identity, name: x, destination: {type: memory}}]',
      ),
      /outputs\[1\]\.name: "x" is the name of another service/,
    ],
    [
      'a name of the agent itself',
      GUIDE.replace('[]', '[{type: identity, name: heartbeat, destination: {type: memory}}]'),
      /outputs\[0\]\.name: heartbeat is a name of the agent's own/,
    ],
    [
      'a selector with both name and labels',
      GUIDE.replace(
        '[]',
        '[{type: kubernetes/v2, destination: {type: memory}, selectors: [{name: a, labels: {b: c}}]}]',
      ),
      /outputs\[0\]\.selectors\[0\]: give either a name or labels/,
    ],
    [
      'labels that are no texts',
      GUIDE.replace('[]', '[{type: kubernetes/v2, destination: {type: memory}, selectors: [{labels: {b: 1}}]}]'),
      /outputs\[0\]\.selectors\[0\]\.labels\.b: a text is expected/,
    ],
    [
      'an unknown format',
      GUIDE.replace('[]', '[{type: database, service: x, format: tsl, destination: {type: memory}}]'),
      /format: "tsl" is not accepted; did you mean tls/,
    ],
    [
      'a secret of Kubernetes as a place',
      GUIDE.replace('type: directory', 'type: kubernetes_secret'),
      /:7:9: storage\.type: kubernetes_secret is not supported by this agent/,
    ],
    ['an output that is not offered', GUIDE.replace('[]', '[{type: spiffe-svid}]'), /run the tbot of Teleport/],
    ['an output without a destination', GUIDE.replace('[]', '[{type: identity}]'), /destination is missing/],
    ['a destination without a path', GUIDE.replace('  path: /var/lib/teleport/bot\n', ''), /storage: path is missing/],
    [
      'half a lifetime of an output',
      GUIDE.replace('[]', '[{type: identity, destination: {type: memory}, credential_ttl: 1h}]'),
      /must be set together/,
    ],
    [
      'an interval beyond the lifetime of an output',
      GUIDE.replace('[]', '[{type: identity, destination: {type: memory}, credential_ttl: 1h, renewal_interval: 2h}]'),
      /must not be shorter than renewal_interval/,
    ],
    [
      'pins with insecure',
      `${GUIDE.replace('  token', '  ca_pins: [x]\n  token')}insecure: true\n`,
      /excludes ca_pins/,
    ],
  ])('refuses %s', async (_what, text, message) => {
    expect((await problemsOf(text)).join('\n')).toMatch(message);
  });

  it('passes over unknown keys when it is asked to be lenient, and tells where they are', async () => {
    const warnings: string[] = [];
    const text = GUIDE.replace('path:', 'paht: /x\n  path:').replace('outputs:', 'wizards: 1\noutputs:');
    const options = { lenient: true, warn: (message: string) => void warnings.push(message) };

    expect(await parseConfig(text, 'tbot.yaml', options)).toEqual(await parseConfig(GUIDE, 'tbot.yaml'));
    expect(warnings.sort()).toEqual([
      expect.stringMatching(/^tbot\.yaml:10:1: wizards: there is no such key/),
      expect.stringMatching(/^tbot\.yaml:8:3: storage\.paht: .*did you mean path\?/),
    ]);
  });

  it('never shows the value of a secret in an error', async () => {
    const text = GUIDE.replace('token: abcd123', 'token: [s3cret]\n  bound_keypair: {registration_secret: [s3cret]}');
    const problems = await problemsOf(text);

    expect(problems).toHaveLength(2);
    expect(problems.join('\n')).not.toMatch('s3cret');
  });

  it('is what configure writes, read back', async () => {
    const text = `version: v2
onboarding: {join_method: token, token: "12", ca_pins: ["sha256:00"]}
storage: {type: memory}
services:
- {type: identity, destination: {type: directory, path: /x}, ssh_config: off, allow_reissue: true, cluster: leaf}
- {type: application, destination: {type: memory}, app_name: x, specific_tls_naming: true, roles: [r]}
- {type: database, destination: {type: memory}, service: x, format: cockroach, credential_ttl: 1h, renewal_interval: 10m}
- {type: kubernetes, destination: {type: memory}, kubernetes_cluster: x, disable_exec_plugin: true, on_renew: [a, b]}
- {type: kubernetes/v2, destination: {type: memory}, selectors: [{labels: {a: b}, default_namespace: web}, {name: x}], name: kube}
- {type: ssh_host, destination: {type: memory}, principals: [a]}
auth_server: a:3025
`;
    const config = await parseConfig(text, 'tbot.yaml');
    expect(await parseConfig(configText(config, 'configure'), 'again')).toEqual(config);
  });
});

describe('checkStart', () => {
  it.each([
    ['no address', 'proxy_server: example.com:443\n', '', /no address/],
    ['two addresses', 'proxy_server', 'auth_server: a:3025\nproxy_server', /both auth_server and proxy_server/],
    ['no join method', '  join_method: token\n', '', /no join method/],
  ])('refuses %s', async (_what, from, to, message) => {
    const config = await parseConfig(GUIDE.replace(from, to), 'tbot.yaml');
    expect(() => checkStart(config)).toThrow(message);
  });

  it('only warns of a global lifetime that is shorter than its interval', async () => {
    const config = await parseConfig(`${GUIDE}credential_ttl: 10m\n`, 'tbot.yaml');
    expect(() => checkStart(config)).not.toThrow();
    expect(lifetimeWarnings(config)).toEqual([expect.stringMatching(/renewed after half of their time/)]);
  });
});
