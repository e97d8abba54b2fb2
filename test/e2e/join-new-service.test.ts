import { createPublicKey, X509Certificate } from 'node:crypto';
import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { createClient } from '@connectrpc/connect';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import {
  authorizedKeyLine,
  decodeIdentity,
  generatePrivateKey,
  signJws,
  sshPublicKeyBlob,
} from '../../src/lib/crypto/index.js';
import {
  JoinRequestSchema,
  type JoinResponse,
  JoinService,
} from '../../src/lib/gen/teleport/join/v1/join_service_pb.js';
import { dialGrpc } from '../helpers/grpc.js';
import { type JoiningCluster, newKey, refusal, startJoiningCluster } from '../helpers/joining.js';
import { newJoinService } from '../helpers/since-release.js';

type Message = MessageInitShape<typeof JoinRequestSchema>;

let world: JoiningCluster;
let close: () => void;
let join: (
  ...answers: ((response: JoinResponse | undefined) => Promise<Message> | Message)[]
) => Promise<JoinResponse[]>;

beforeAll(async () => {
  world = await startJoiningCluster();
  await world.addBot('bot');
  const { cluster } = world;
  const dialed = dialGrpc({ address: cluster.authAddress, clusterName: cluster.clusterName });
  close = dialed.close;
  const client = createClient(JoinService, dialed.transport);
  /** Answers each message of the cluster with the next function's message; the first one begins. */
  join = async (...answers) => {
    const responses: JoinResponse[] = [];
    let arrived = () => {};
    async function* outgoing() {
      for (const [index, answer] of answers.entries()) {
        while (responses.length < index) await new Promise<void>((resolve) => (arrived = resolve));
        yield create(JoinRequestSchema, await answer(responses[index - 1]));
      }
    }
    for await (const response of client.join(outgoing())) {
      responses.push(response);
      arrived();
    }
    return responses;
  };
});
afterAll(async () => {
  close?.();
  await world?.stop();
});

const hello =
  (tokenName: string, extra = {}) =>
  (): Message => ({
    payload: { case: 'clientInit', value: { tokenName, systemRole: 'Bot', ...extra } },
  });

async function botParams() {
  const { key } = await newKey();
  const publicTlsKey = createPublicKey(key).export({ type: 'spki', format: 'der' });
  return {
    payload: { case: 'botParams', value: { publicKeys: { publicTlsKey, publicSshKey: sshPublicKeyBlob(key) } } },
  } as const;
}

const botResult = (response: JoinResponse | undefined) => {
  const result = response?.payload.case === 'result' ? response.payload.value.payload : undefined;
  if (result?.case !== 'botResult') throw new Error('no result came');
  return result.value;
};

newJoinService.describe('the join service of later releases', () => {
  it('gives a host the id that its certificates name', async () => {
    await world.addToken('hosts', { roles: ['Node'], joinMethod: 'token' });
    const { publicKeys } = (await botParams()).payload.value;
    const clientParams = { payload: { case: 'hostParams', value: { publicKeys, hostName: 'web' } } } as const;
    const node = hello('hosts', { systemRole: 'Node' });
    const responses = await join(node, () => ({ payload: { case: 'tokenInit', value: { clientParams } } }));
    const result = responses[1]?.payload.case === 'result' ? responses[1].payload.value.payload : undefined;
    const { hostId, certificates } = result?.case === 'hostResult' ? result.value : {};
    expect(hostId).toMatch(/^[0-9a-f-]{36}$/);
    const identity = decodeIdentity(new X509Certificate(certificates?.tlsCert ?? ''));
    expect(identity).toMatchObject({ username: `${hostId}.example.test`, roles: ['Node'] });
    const forBots = join(node, async () => ({
      payload: { case: 'tokenInit', value: { clientParams: await botParams() } },
    }));
    expect(await refusal(forBots)).toMatchObject({ code: 'InvalidArgument' });
  });

  it('joins with a token and answers in wire forms', async () => {
    await world.addToken('plain', { roles: ['Bot'], botName: 'bot', joinMethod: 'token' });
    const responses = await join(hello('plain'), async () => ({
      payload: { case: 'tokenInit', value: { clientParams: await botParams() } },
    }));
    expect(responses[0]?.payload).toMatchObject({
      case: 'init',
      value: { joinMethod: 'token', signatureAlgorithmSuite: 'balanced-v1' },
    });
    const { certificates } = botResult(responses[1]);
    const tls = new X509Certificate(certificates?.tlsCert ?? new Uint8Array());
    expect(decodeIdentity(tls)).toMatchObject({ username: 'bot-bot', generation: 1, renewable: true });
    expect(certificates?.tlsCaCerts).toHaveLength(2);
    expect(Buffer.from(certificates?.sshCert ?? []).toString('latin1')).toContain(
      'ecdsa-sha2-nistp256-cert-v01@openssh.com',
    );
    expect(world.token('plain')).toBeUndefined();
    expect(await refusal(join(hello('plain')))).toMatchObject({ code: 'PermissionDenied' });
  });

  it('joins with a bound keypair: secret, new key, challenge, result', async () => {
    await world.addToken('bound', {
      roles: ['Bot'],
      botName: 'bot',
      joinMethod: 'bound_keypair',
      boundKeypair: { onboarding: { registrationSecret: 'secret' }, recovery: { limit: 1 } },
    });
    const key = await generatePrivateKey('ed25519');
    const line = Buffer.from(authorizedKeyLine(key));
    const responses = await join(
      hello('bound', { joinMethod: 'bound_keypair' }),
      async () => ({
        payload: { case: 'boundKeypairInit', value: { clientParams: await botParams(), initialJoinSecret: 'secret' } },
      }),
      () => ({
        payload: {
          case: 'solution',
          value: { payload: { case: 'boundKeypairRotationResponse', value: { publicKey: line } } },
        },
      }),
      async (response) => {
        const asked = response?.payload.case === 'challenge' ? response.payload.value.payload : undefined;
        if (asked?.case !== 'boundKeypairChallenge') throw new Error('no challenge came');
        expect(Buffer.from(asked.value.publicKey)).toEqual(line);
        const solution = Buffer.from(await signJws(asked.value.challenge, key));
        return {
          payload: {
            case: 'solution',
            value: { payload: { case: 'boundKeypairChallengeSolution', value: { solution } } },
          },
        };
      },
    );
    const { boundKeypairResult } = botResult(responses.at(-1));
    expect(Buffer.from(boundKeypairResult?.publicKey ?? [])).toEqual(line);
    expect(
      Buffer.from(boundKeypairResult?.joinState ?? [])
        .toString()
        .split('.'),
    ).toHaveLength(3);
    expect(world.token('bound')?.status?.boundKeypair?.recoveryCount).toBe(1);
  });

  it.each([
    ['another method than the token’s', { joinMethod: 'bound_keypair' }, 'InvalidArgument'],
    ['to have come through a proxy', { forwardedByProxy: true }, 'PermissionDenied'],
    ['an address of its own', { proxySuppliedParameters: { remoteAddr: '203.0.113.7' } }, 'InvalidArgument'],
    ['another role', { systemRole: 'Node' }, 'InvalidArgument'],
    ['no token', { tokenName: '' }, 'InvalidArgument'],
  ])('refuses a client that claims %s', async (_name, extra, code) => {
    const token = `claim-${code}-${Object.keys(extra)[0]}`;
    await world.addToken(token, { roles: ['Bot'], botName: 'bot', joinMethod: 'token' });
    expect(await refusal(join(hello(token, extra)))).toMatchObject({ code });
  });

  it('refuses messages out of order', async () => {
    await world.addToken('order', { roles: ['Bot'], botName: 'bot', joinMethod: 'token' });
    expect(await refusal(join(() => ({ payload: { case: 'tokenInit', value: {} } })))).toMatchObject({
      code: 'InvalidArgument',
    });
    const giveUp = (): Message => ({ payload: { case: 'givingUp', value: {} } });
    expect(await refusal(join(hello('order'), giveUp))).toMatchObject({ code: 'InvalidArgument' });
    expect(world.token('order')).toBeDefined();
  });
});
