import type { KeyObject } from 'node:crypto';
import { create, fromBinary, type MessageInitShape } from '@bufbuild/protobuf';
import type { Duration } from '@bufbuild/protobuf/wkt';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { type Client, Code, ConnectError, createClient } from '@connectrpc/connect';
import { expect } from '@jest/globals';
import { createBot } from '../../src/lib/cluster/domain/bots.js';
import { listLocks } from '../../src/lib/cluster/domain/locks.js';
import { createToken } from '../../src/lib/cluster/domain/tokens.js';
import type { RunningCluster } from '../../src/lib/cluster/index.js';
import {
  authorizedKeyLine,
  type CertificateIdentity,
  decodeIdentity,
  generatePrivateKey,
  type KeyKind,
  publicKeyPem,
  teleportKeyPem,
} from '../../src/lib/crypto/index.js';
import { AuthService } from '../../src/lib/gen/proto/auth_service_pb.js';
import type { Certs } from '../../src/lib/gen/proto/certs_pb.js';
import { JoinService } from '../../src/lib/gen/proto/join_service_pb.js';
import type { UserCertsRequestSchema } from '../../src/lib/gen/proto/user_certs_pb.js';
import { BotInstanceService } from '../../src/lib/gen/teleport/machineid/v1/bot_instance_service_pb.js';
import { BotSchema } from '../../src/lib/gen/teleport/machineid/v1/bot_pb.js';
import { TrustService } from '../../src/lib/gen/teleport/trust/v1/trust_service_pb.js';
import type { LockV2 } from '../../src/lib/gen/types/locks_pb.js';
import type { RegisterUsingTokenRequestSchema } from '../../src/lib/gen/types/register_pb.js';
import { type ProvisionTokenV2, ProvisionTokenV2Schema } from '../../src/lib/gen/types/tokens_pb.js';
import { startTestCluster } from './cluster.js';
import { ADMIN } from './cluster-state.js';
import { type Dial, dialGrpc } from './grpc.js';

/** A key pair as an agent makes it, with the forms in which it goes over the wire. */
export interface AgentKey {
  key: KeyObject;
  publicTlsKey: Uint8Array;
  publicSshKey: Uint8Array;
}

export async function newKey(kind: KeyKind = 'ecdsa-p256'): Promise<AgentKey> {
  const key = await generatePrivateKey(kind);
  const publicSshKey = Buffer.from(`${authorizedKeyLine(key)}\n`);
  return { key, publicTlsKey: Buffer.from(publicKeyPem(key)), publicSshKey };
}

/** Certificates with the key that they are for. */
export interface Holding {
  certs: Certs;
  certPem: string;
  keyPem: string;
  identity: CertificateIdentity;
}

export function holding(certs: Certs, { key }: AgentKey): Holding {
  const certPem = Buffer.from(certs.tls).toString();
  return { certs, certPem, keyPem: teleportKeyPem(key), identity: decodeIdentity(certPem) };
}

/** The services as one connection sees them: nobody's, or that of a certificate's holder. */
export interface Connection {
  auth: Client<typeof AuthService>;
  join: Client<typeof JoinService>;
  instances: Client<typeof BotInstanceService>;
  trust: Client<typeof TrustService>;
}

export interface JoiningCluster {
  cluster: RunningCluster;
  now(): Date;
  /** Moves the cluster's clock. */
  advance(ms: number): void;
  as(holder?: Pick<Holding, 'certPem' | 'keyPem'>): Connection;
  /** Through the proxy, as somebody new. */
  throughProxy(): Connection;
  addBot(name: string, roles?: string[], maxSessionTtl?: Duration): Promise<void>;
  addToken(name: string, spec: MessageInitShape<typeof ProvisionTokenV2Schema>['spec'], expires?: Date): Promise<void>;
  token(name: string): ProvisionTokenV2 | undefined;
  locks(): LockV2[];
  /** As `refusal`; fails where the call has changed anything that the cluster stores. */
  refused(call: Promise<unknown>): ReturnType<typeof refusal>;
  /** Joins with a new one-time token of the bot. */
  joinBot(name: string): Promise<Holding>;
  renew(holder: Holding, request?: MessageInitShape<typeof UserCertsRequestSchema>): Promise<Holding>;
  stop(): Promise<void>;
}

/** A cluster to join, with a clock of its own that begins with the real time. */
export async function startJoiningCluster({ serverVersion }: { serverVersion?: string } = {}): Promise<JoiningCluster> {
  let ahead = 0;
  const now = () => new Date(Date.now() + ahead);
  const cluster = await startTestCluster({ clock: now, ...(serverVersion !== undefined && { serverVersion }) });
  const { state } = cluster;
  const open: (() => void)[] = [];
  let tokens = 0;

  const dial = (options: Omit<Dial, 'clusterName'>): Connection => {
    const { transport, close } = dialGrpc({ clusterName: cluster.clusterName, ...options });
    open.push(close);
    return {
      auth: createClient(AuthService, transport),
      join: createClient(JoinService, transport),
      instances: createClient(BotInstanceService, transport),
      trust: createClient(TrustService, transport),
    };
  };
  const as: JoiningCluster['as'] = (holder) => {
    const pair = holder === undefined ? {} : { certPem: holder.certPem, keyPem: holder.keyPem };
    return dial({ address: cluster.authAddress, ...pair });
  };
  const addToken: JoiningCluster['addToken'] = (name, spec, expires) =>
    createToken(
      state,
      create(ProvisionTokenV2Schema, {
        kind: 'token',
        version: 'v2',
        metadata: { name, ...(expires === undefined ? {} : { expires: timestampFromDate(expires) }) },
        spec: spec ?? {},
      }),
    );
  const token: JoiningCluster['token'] = (name) =>
    state.store.read((transaction) => getStoredToken(transaction.get('token', name)?.value));

  return {
    cluster,
    now,
    advance: (ms) => {
      ahead += ms;
    },
    as,
    throughProxy: () => dial({ address: cluster.proxyAddress, alpn: ['teleport-proxy-grpc', 'h2'] }),
    addToken,
    token,
    async refused(call) {
      const before = storedIn(cluster);
      const refused = await refusal(call);
      expect(storedIn(cluster)).toEqual(before);
      return refused;
    },
    locks: () => listLocks(state, { inForceOnly: false, targets: [] }),
    async addBot(name, roles = ['access'], maxSessionTtl) {
      const spec = maxSessionTtl === undefined ? { roles } : { roles, maxSessionTtl };
      await createBot(state, ADMIN, create(BotSchema, { metadata: { name }, spec }));
    },
    async joinBot(name) {
      tokens += 1;
      const tokenName = `one-time-token-${tokens}-0123456789`;
      await addToken(tokenName, { roles: ['Bot'], botName: name, joinMethod: 'token' });
      const key = await newKey();
      return holding(await as().join.registerUsingToken(joinRequest(tokenName, key)), key);
    },
    async renew(holder, request = {}) {
      const key = await newKey();
      const certs = await as(holder).auth.generateUserCerts({
        username: holder.identity.username,
        expires: timestampFromDate(new Date(now().getTime() + 3_600_000)),
        tlsPublicKey: key.publicTlsKey,
        sshPublicKey: key.publicSshKey,
        ...request,
      });
      return holding(certs, key);
    },
    async stop() {
      for (const close of open) close();
      await cluster.stop();
    },
  };
}

/** Everything that joins and renewals could change, with its revision. */
function storedIn({ state }: RunningCluster): string[] {
  const kinds = ['token', 'user', 'role', 'bot_instance', 'lock'];
  return state.store.read((transaction) =>
    kinds.flatMap((kind) => transaction.list(kind).map(({ name, revision }) => `${kind}/${name} ${revision}`)),
  );
}

function getStoredToken(value: Uint8Array | undefined): ProvisionTokenV2 | undefined {
  return value === undefined ? undefined : fromBinary(ProvisionTokenV2Schema, value);
}

/** A join request as a bot's agent sends it. */
export function joinRequest(
  token: string,
  { publicTlsKey, publicSshKey }: AgentKey,
  extra: MessageInitShape<typeof RegisterUsingTokenRequestSchema> = {},
): MessageInitShape<typeof RegisterUsingTokenRequestSchema> {
  return { token, role: 'Bot', publicTlsKey, publicSshKey, ...extra };
}

/** The gRPC code that a call was refused with, and the message. */
export async function refusal(call: Promise<unknown>): Promise<{ code: string; message: string }> {
  try {
    await call;
  } catch (error) {
    const { code, rawMessage } = ConnectError.from(error);
    return { code: Code[code], message: rawMessage };
  }
  throw new Error('the call was not refused');
}
