import { readFileSync } from 'node:fs';
import { type DescMessage, type DescMethodUnary, fromBinary, type Message } from '@bufbuild/protobuf';
import { Code, ConnectError } from '@connectrpc/connect';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type Client, connect } from '../../src/lib/client/index.js';
import { putStored } from '../../src/lib/cluster/domain/stored-message.js';
import type { RunningCluster } from '../../src/lib/cluster/index.js';
import { AuthService } from '../../src/lib/gen/proto/auth_service_pb.js';
import { ClusterConfigService } from '../../src/lib/gen/teleport/clusterconfig/v1/clusterconfig_service_pb.js';
import { BotInstanceService } from '../../src/lib/gen/teleport/machineid/v1/bot_instance_service_pb.js';
import { BotService } from '../../src/lib/gen/teleport/machineid/v1/bot_service_pb.js';
import {
  GetCertAuthoritiesResponseSchema,
  TrustService,
} from '../../src/lib/gen/teleport/trust/v1/trust_service_pb.js';
import { UsersService } from '../../src/lib/gen/teleport/users/v1/users_service_pb.js';
import { type CertAuthorityV2, CertAuthorityV2Schema } from '../../src/lib/gen/types/cert_authorities_pb.js';
import { startTestCluster } from '../helpers/cluster.js';
import { goJson } from '../helpers/go-json.js';

/** One call to a real 18.0.0 cluster. */
interface Recording {
  Name: string;
  Method: string;
  RequestHex?: string;
  ResponseHex?: string;
  Error?: string;
}

const RECORDINGS: Recording[] = JSON.parse(
  readFileSync(new URL('../fixtures/recordings/wire-18.0.0.json', import.meta.url), 'utf8'),
);
const SERVICES = [AuthService, BotInstanceService, BotService, ClusterConfigService, TrustService, UsersService];

/** Not compared, because the real answer depends on chance or on that cluster's own past. */
const OTHER_ANSWER: Record<string, string> = {
  'list bots, page of 2': 'which users are on a page depends on the users',
  'get bot': 'the real cluster answered from a cache that had not seen the upsert before it',
  'get user: admin': 'made by another command, with empty traits',
};

let cluster: RunningCluster;
let client: Client;
beforeAll(async () => {
  cluster = await startTestCluster();
  client = await connect({ authServer: cluster.authAddress, identityFile: cluster.adminIdentityFile });
  await storeRecordedAuthorities();
});
afterAll(async () => {
  await client?.close();
  await cluster?.stop();
});

describe('the embedded cluster answers as a real one did', () => {
  // One after the other: later calls see what earlier ones wrote.
  it.each(RECORDINGS)('$Name', async ({ Name, Method, RequestHex, ResponseHex, Error: refusal }) => {
    const method = methodAt(Method);
    const request = fromBinary(method.input, bytes(RequestHex));
    const call = client.transport.unary(method, undefined, undefined, undefined, request);
    if (refusal !== undefined) {
      const error = await call.then(() => undefined, ConnectError.from);
      expect(`rpc error: code = ${Code[error?.code ?? 0]} desc = ${error?.rawMessage}`).toBe(refusal);
      return;
    }
    const { message } = await call;
    if (Name in OTHER_ANSWER) return;
    expect(comparable(method.output, message)).toEqual(
      comparable(method.output, fromBinary(method.output, bytes(ResponseHex))),
    );
  });
});

/** As JSON, without what differs from run to run; origin `config-file` is what a cluster with a configuration file has. */
function comparable(schema: DescMessage, message: Message): unknown {
  const text = JSON.stringify(goJson(schema, message))
    .replace(/"revision":"[^"]*"/g, '"revision":""')
    .replace(/"(time|created_at)":"20[^"]*"/gi, '"$1":""')
    .replace('"teleport.dev/origin":"config-file"', '"teleport.dev/origin":"defaults"')
    .replace(/"server_version":"[^"]*"/, '"server_version":""')
    .replace(/"(proxy_public_addr|remote_addr)":"[^":]+:\d+"/g, '"$1":"HOST:PORT"');
  return JSON.parse(text);
}

/** Gives the cluster the recorded authorities, with private keys that must not come out. */
async function storeRecordedAuthorities(): Promise<void> {
  const host = fromBinary(CertAuthorityV2Schema, recorded('get host CA'));
  const users = fromBinary(GetCertAuthoritiesResponseSchema, recorded('get CAs: user')).certAuthoritiesV2;
  const withKeys = (authority: CertAuthorityV2) => {
    for (const pair of authority.spec?.activeKeys?.ssh ?? []) pair.privateKey = Buffer.from('secret');
    for (const pair of authority.spec?.activeKeys?.tls ?? []) pair.key = Buffer.from('secret');
    return authority;
  };
  await cluster.state.store.write((transaction) => {
    for (const authority of [host, ...users].map(withKeys)) {
      const name = `${authority.spec?.type}/${authority.spec?.clusterName}`;
      putStored(transaction, CertAuthorityV2Schema, 'cert_authority', name, authority);
    }
  });
}

function recorded(name: string): Uint8Array {
  return bytes(RECORDINGS.find((recording) => recording.Name === name)?.ResponseHex);
}

function methodAt(path: string): DescMethodUnary {
  const [, service, name] = path.split('/');
  const method = SERVICES.find(({ typeName }) => typeName === service)?.methods.find((each) => each.name === name);
  if (method?.methodKind !== 'unary') throw new Error(`no such call: ${path}`);
  return method as DescMethodUnary;
}

function bytes(hex = ''): Uint8Array {
  return new Uint8Array(Buffer.from(hex, 'hex'));
}
