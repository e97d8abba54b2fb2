import { X509Certificate } from 'node:crypto';
import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { generateUserCerts } from '../../src/lib/cluster/domain/user-certs.js';
import { parseSshCertificate } from '../../src/lib/crypto/index.js';
import { UserCertsRequestSchema } from '../../src/lib/gen/proto/user_certs_pb.js';
import { boundBots } from '../helpers/bound-bots.js';
import { ADMIN } from '../helpers/cluster-state.js';
import { holding, type JoiningCluster, joinRequest, newKey, startJoiningCluster } from '../helpers/joining.js';
import { joiningActions } from '../helpers/joining-actions.js';
import { boundKeypair } from '../helpers/since-release.js';

const HOUR = 3_600_000;
let world: JoiningCluster;
const { newBot, newToken, instancesOf, lock, unlock } = joiningActions(() => world);

const bound = boundBots(() => world);

beforeAll(async () => {
  world = await startJoiningCluster();
});
afterAll(async () => {
  await world?.stop();
});

describe('certificates of outputs', () => {
  const roles = { useRoleRequests: true, roleRequests: ['access'] };

  it('have the requested roles, name the impersonator and cannot be exchanged', async () => {
    const bot = await newBot();
    const own = await world.joinBot(bot);
    const output = await world.renew(own, roles);
    expect(output.identity).toMatchObject({
      username: `bot-${bot}`,
      roles: ['access'],
      impersonator: `bot-${bot}`,
      disallowReissue: true,
      botName: bot,
      botInstanceId: own.identity.botInstanceId,
    });
    expect(output.identity.renewable).toBeFalsy();
    expect(output.identity.generation).toBeFalsy();
    expect(output.certs.tlsCaCerts).toHaveLength(1);
    expect(instancesOf(bot)[0]?.status?.latestAuthentications).toHaveLength(1);
    for (const request of [{}, roles]) {
      expect(await world.refused(world.renew(output, request))).toMatchObject({ code: 'PermissionDenied' });
    }
  });

  it('say nothing of roles in an SSH certificate of the old form', async () => {
    const own = await world.joinBot(await newBot());
    const { certs } = await world.renew(own, { ...roles, format: 'oldssh' });
    const names = Object.keys(parseSshCertificate(Buffer.from(certs.ssh).toString().trim()).extensions);
    expect(names).toContain('impersonator');
    expect(names.filter((name) => /^teleport-(roles|traits|route-to-cluster)$/.test(name))).toEqual([]);
    expect(await world.refused(world.renew(own, { ...roles, format: 'new' }))).toMatchObject({
      code: 'InvalidArgument',
    });
  });

  it('last for less than a minute in TLS alone', async () => {
    const expires = timestampFromDate(new Date(world.now().getTime() + 20_000));
    const { certs, certPem } = await world.renew(await world.joinBot(await newBot()), { ...roles, expires });
    const ssh = parseSshCertificate(Buffer.from(certs.ssh).toString().trim());
    const tls = new X509Certificate(certPem);
    expect(tls.validToDate.getTime() - tls.validFromDate.getTime()).toBeLessThanOrEqual(80_000);
    expect((ssh.validBefore?.getTime() ?? 0) - ssh.validAfter.getTime()).toBe(120_000);
  });

  it('are given to the administrator for everybody, in any role and beyond its limits, but not past a lock', async () => {
    const bot = await newBot();
    const key = await newKey();
    const expires = timestampFromDate(new Date(world.now().getTime() + 1000 * HOUR));
    const keys = { tlsPublicKey: key.publicTlsKey, sshPublicKey: key.publicSshKey };
    const request = create(UserCertsRequestSchema, {
      username: `bot-${bot}`,
      roleRequests: ['editor'],
      expires,
      ...keys,
    });
    const issued = () => generateUserCerts(world.cluster.state, ADMIN, request);
    const { identity, certPem } = holding(await issued(), key);
    expect(identity).toMatchObject({
      roles: ['editor'],
      disallowReissue: true,
      impersonator: `${ADMIN.hostId}.example.test`,
    });
    const { validFromDate, validToDate } = new X509Certificate(certPem);
    expect(Math.round((validToDate.getTime() - validFromDate.getTime()) / HOUR)).toBe(1000);
    const name = await lock({ user: `bot-${bot}` });
    expect(await world.refused(issued())).toMatchObject({ message: expect.stringMatching(/lock targeting/) });
    await unlock(name);
  });

  it('can be exchanged for their like where the bot asked for that, but not for more', async () => {
    const output = await world.renew(await world.joinBot(await newBot()), {
      ...roles,
      reissuableRoleImpersonation: true,
    });
    const again = await world.renew(output, {
      expires: timestampFromDate(new Date(world.now().getTime() + 100 * HOUR)),
    });
    expect(again.identity).toMatchObject({ roles: ['access'], impersonator: output.identity.impersonator });
    expect(again.identity.renewable).toBeFalsy();
    expect(new X509Certificate(again.certPem).validTo).toBe(new X509Certificate(output.certPem).validTo);
    expect(await world.refused(world.renew(output, roles))).toMatchObject({ code: 'PermissionDenied' });
    expect(await world.refused(world.renew(output, { username: 'admin' }))).toMatchObject({ code: 'PermissionDenied' });
  });

  it('do not speak for the bot in a join', async () => {
    const bot = await newBot();
    const output = await world.renew(await world.joinBot(bot), roles);
    const key = await newKey();
    const certs = await world.as(output).join.registerUsingToken(joinRequest(await newToken(bot), key));
    expect(holding(certs, key).identity.generation).toBe(1);
    expect(instancesOf(bot)).toHaveLength(2);
  });

  it('a database is named in the certificate', async () => {
    const output = await world.renew(await world.joinBot(await newBot()), {
      ...roles,
      routeToDatabase: { serviceName: 'db1', protocol: 'postgres', username: 'alice', database: 'main' },
    });
    expect(output.identity).toMatchObject({
      dbService: 'db1',
      dbProtocol: 'postgres',
      dbUser: 'alice',
      dbName: 'main',
    });
  });
});

describe('a certificate that may not be renewed', () => {
  boundKeypair.it(
    'gives one of the same end and without a generation, with which the bot cannot join again',
    async () => {
      const machine = await bound();
      const { holder, joinState } = await machine.join();
      const copy = await world.renew(holder, {
        expires: timestampFromDate(new Date(world.now().getTime() + 100 * HOUR)),
      });
      expect(copy.identity).toMatchObject({
        botInstanceId: holder.identity.botInstanceId,
        roles: holder.identity.roles,
      });
      expect(copy.identity.generation).toBeFalsy();
      expect(copy.identity.renewable).toBeFalsy();
      expect(new X509Certificate(copy.certPem).validTo).toBe(new X509Certificate(holder.certPem).validTo);
      expect(instancesOf(machine.bot)[0]?.status?.latestAuthentications).toHaveLength(1);
      const again = machine.agent.join(world.as(copy), machine.token, { joinState });
      expect(await world.refused(again)).toMatchObject({
        code: 'PermissionDenied',
        message: expect.stringContaining('no generation'),
      });
    },
  );
});
