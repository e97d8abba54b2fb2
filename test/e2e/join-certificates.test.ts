import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { issueHostCertificates } from '../../src/lib/cluster/ca/index.js';
import { generateUserCerts } from '../../src/lib/cluster/domain/user-certs.js';
import { createUser } from '../../src/lib/cluster/domain/users.js';
import { UserCertsRequestSchema } from '../../src/lib/gen/proto/user_certs_pb.js';
import { UserV2Schema } from '../../src/lib/gen/types/users_pb.js';
import { sshShape, x509Shape } from '../helpers/certificate-shape.js';
import { ADMIN } from '../helpers/cluster-state.js';
import { type JoiningCluster, joinRequest, newKey, startJoiningCluster } from '../helpers/joining.js';
import { runTool } from '../helpers/run-tool.js';

const HOUR = 3_600_000;
const fixture = (path: string) => readFileSync(new URL(`../fixtures/${path}`, import.meta.url), 'utf8');

/** A TLS and an SSH certificate. */
interface Pair {
  tls: string;
  ssh: string;
}

let world: JoiningCluster;
beforeAll(async () => {
  world = await startJoiningCluster();
});
afterAll(async () => {
  await world?.stop();
});

const textOf = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8');
const pairOf = ({ tls, ssh }: { tls: Uint8Array; ssh: Uint8Array }): Pair => ({ tls: textOf(tls), ssh: textOf(ssh) });

/** A host's certificates as the real auth service keeps them. */
function realHost(role: string): Pair {
  const database = new DatabaseSync(new URL('../fixtures/auth-host/proc/sqlite.db', import.meta.url).pathname, {
    readOnly: true,
  });
  const row = database.prepare('SELECT value FROM kv WHERE key = ?').get(`/ids/${role}/current`);
  database.close();
  const { spec } = JSON.parse(textOf(row?.value as Uint8Array));
  const decoded = (base64: string) => Buffer.from(base64, 'base64').toString('utf8');
  return { tls: decoded(spec.tls_cert), ssh: decoded(spec.ssh_cert) };
}

function realIdentityFile(): Pair {
  const text = fixture('identity-file');
  const tls = /-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----\n/s.exec(text)?.[0] ?? '';
  return { tls, ssh: text.split('\n').find((line) => line.includes('-cert-v01@openssh.com ')) ?? '' };
}

async function renewedBot(): Promise<Pair> {
  await world.addBot('tb1');
  const first = await world.joinBot('tb1');
  return pairOf((await world.renew(await world.renew(first))).certs);
}

async function outputOfBot(): Promise<Pair> {
  await world.addBot('tb2');
  const roles = { useRoleRequests: true, roleRequests: ['access'] };
  return pairOf((await world.renew(await world.joinBot('tb2'), roles)).certs);
}

async function userSignedByAdmin(): Promise<Pair> {
  const empty = 'aws_role_arns azure_identities db_names db_roles db_users gcp_service_accounts kubernetes_groups';
  const none = `${empty} kubernetes_users logins windows_logins`.split(' ').map((name) => [name, { values: [] }]);
  const labels = { ...Object.fromEntries(none), host_user_gid: { values: [''] }, host_user_uid: { values: [''] } };
  const user = create(UserV2Schema, {
    metadata: { name: 'admin-2' },
    spec: { roles: ['editor', 'access', 'auditor'], traits: { labels } },
  });
  await createUser(world.cluster.state, ADMIN, user);
  const key = await newKey();
  const request = create(UserCertsRequestSchema, {
    username: 'admin-2',
    expires: timestampFromDate(new Date(world.now().getTime() + 24 * HOUR)),
    tlsPublicKey: key.publicTlsKey,
    sshPublicKey: key.publicSshKey,
  });
  return pairOf(await generateUserCerts(world.cluster.state, ADMIN, request));
}

const HOST = { hostId: '0b2282e3-4007-41e7-a012-8b77980f47cd', nodeName: 'localhost' };

async function joinedHost(role: string, roles: string[], names: Record<string, string[]>): Promise<Pair> {
  const token = `hosts-${role}`;
  await world.addToken(token, { roles, joinMethod: 'token' });
  const request = joinRequest(token, await newKey(), { role, ...HOST, ...names });
  return pairOf(await world.as().join.registerUsingToken(request));
}

async function admin(): Promise<Pair> {
  const { clusterName, authorities } = world.cluster.state;
  const { key } = await newKey();
  return issueHostCertificates({
    authorities,
    clusterName,
    now: world.now(),
    ...HOST,
    role: 'Admin',
    systemRoles: [],
    additionalPrincipals: ['localhost'],
    dnsNames: [],
    tlsPublicKey: key,
    sshPublicKey: key,
  });
}

const PROXY_PRINCIPALS = ['localhost', '127.0.0.1', '::1', 'remote.kube.proxy.teleport.cluster.local'];

const SAMPLES: [string, () => Pair, () => Promise<Pair>][] = [
  [
    'a bot that has renewed twice',
    () => ({ tls: fixture('tbot/storage/tlscert'), ssh: fixture('tbot/storage/key-cert.pub') }),
    renewedBot,
  ],
  [
    'an output of a bot',
    () => ({ tls: fixture('tbot/out/tlscert'), ssh: fixture('tbot/out/key-cert.pub') }),
    outputOfBot,
  ],
  ['a user, by the administrator of the auth host', realIdentityFile, userSignedByAdmin],
  ['the auth service', () => realHost('admin'), admin],
  [
    'an instance with two services',
    () => realHost('instance'),
    () => joinedHost('Instance', ['Auth', 'Proxy'], { additionalPrincipals: ['localhost'] }),
  ],
  [
    'a proxy',
    () => realHost('proxy'),
    () => joinedHost('Proxy', ['Proxy'], { additionalPrincipals: PROXY_PRINCIPALS, dnsNames: ['*.localhost'] }),
  ],
];

describe.each(SAMPLES)('certificates of %s', (_name, real, issue) => {
  let issued: Pair;
  beforeAll(async () => {
    issued = await issue();
  });

  it('are those of a real cluster, field by field', () => {
    const rename = (text: unknown) =>
      JSON.parse(
        JSON.stringify(text, bigints)
          .replace(/tb2/g, 'tb1')
          .replace(/admin-2/g, 'admin'),
      );
    expect(rename(x509Shape(issued.tls))).toEqual(rename(x509Shape(real().tls)));
    expect(rename(sshShape(issued.ssh))).toEqual(rename(sshShape(real().ssh)));
  });

  it('read the same in openssl and ssh-keygen', () => {
    const folder = mkdtempSync(join(tmpdir(), 'certificates-'));
    const read = ({ tls, ssh }: Pair) => {
      writeFileSync(join(folder, 'tls'), tls);
      writeFileSync(join(folder, 'ssh'), `${ssh.trim()}\n`);
      const x509 = runTool('openssl', ['x509', '-in', join(folder, 'tls'), '-noout', '-text']);
      return { x509: masked(x509), ssh: masked(runTool('ssh-keygen', ['-L', '-f', join(folder, 'ssh')])) };
    };
    const both = { ours: read(issued), theirs: read(real()) };
    rmSync(folder, { recursive: true });
    expect(both.ours).toEqual(both.theirs);
  });
});

const bigints = (_key: string, value: unknown) => (typeof value === 'bigint' ? String(value) : value);

/** Without lines and words that differ from issue to issue: keys, signatures, serial numbers, times, UUIDs, names. */
function masked(text: string | undefined): string | undefined {
  return text
    ?.replace(/^ *([0-9a-f]{2}:)+[0-9a-f]{0,2}\n/gim, '')
    .replace(/^.*(Not Before|Not After|Valid:|Public key: |Signing CA: ).*\n/gm, '')
    .replace(/serialNumber ?= ?\d+/g, 'serialNumber')
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, '<uuid>')
    .replace(/UNKNOWN OPTION: \w+ \(len \d+\)/g, 'UNKNOWN OPTION')
    .replace(/tb2/g, 'tb1')
    .replace(/admin-2/g, 'admin');
}
