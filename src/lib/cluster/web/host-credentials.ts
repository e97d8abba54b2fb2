import { create } from '@bufbuild/protobuf';
import { TimestampSchema } from '@bufbuild/protobuf/wkt';
import { CertsSchema } from '../../gen/proto/certs_pb.js';
import { type RegisterUsingTokenRequest, RegisterUsingTokenRequestSchema } from '../../gen/types/register_pb.js';
import { toLegacyJson } from '../../resources/index.js';
import { parseRfc3339 } from '../../util/rfc3339.js';
import { ClusterError } from '../errors.js';
import { joinerOf } from '../join/request.js';
import { registerUsingToken } from '../join/token.js';
import { type Answer, failureOf, json, type WebRequest } from '../listeners/http.js';
import type { ClusterState } from '../state.js';
import { readJsonBody } from './json-body.js';

/** `POST /webapi/host/credentials`: a token join through the proxy (wire §1.5, join §0.4). Never rejects. */
export async function answerJoin(state: ClusterState, request: WebRequest): Promise<Answer> {
  try {
    const given = joinRequest(await readJsonBody(request));
    const joiner = joinerOf({ kind: 'anonymous' }, request.socket.remoteAddress ?? '');
    return json(toLegacyJson(CertsSchema, await registerUsingToken(state, given, joiner)));
  } catch (error) {
    return failureOf(error, request, state.log);
  }
}

/** The fields that a joiner may set; what a body says about address, instance or generation is not even read. */
function joinRequest(body: Record<string, unknown>): RegisterUsingTokenRequest {
  const text = (key: string): string => {
    const value = body[key] ?? '';
    if (typeof value !== 'string') throw new ClusterError('BadParameter', `${key}: must be text`);
    return value;
  };
  const texts = (key: string): string[] => {
    const value = body[key] ?? [];
    if (Array.isArray(value) && value.every((item) => typeof item === 'string')) return value;
    throw new ClusterError('BadParameter', `${key}: must be a list of text`);
  };
  return create(RegisterUsingTokenRequestSchema, {
    hostId: text('hostID'),
    nodeName: text('node_name'),
    role: text('role'),
    token: text('token'),
    additionalPrincipals: texts('additional_principals'),
    dnsNames: texts('dns_names'),
    publicTlsKey: bytes(text('public_tls_key'), 'public_tls_key'),
    publicSshKey: bytes(text('public_ssh_key'), 'public_ssh_key'),
    expires: moment(text('expires')),
  });
}

function bytes(base64: string, key: string): Uint8Array {
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(base64)) throw new ClusterError('BadParameter', `${key}: must be base64`);
  return Buffer.from(base64, 'base64');
}

function moment(value: string) {
  if (value === '') return undefined;
  const time = parseRfc3339(value);
  if (time === undefined) throw new ClusterError('BadParameter', 'expires: must be a time as in RFC 3339');
  return create(TimestampSchema, time);
}
