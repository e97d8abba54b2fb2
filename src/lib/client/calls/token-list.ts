import { create } from '@bufbuild/protobuf';
import { EmptySchema, type Timestamp } from '@bufbuild/protobuf/wkt';

import {
  ListResetPasswordTokenRequestSchema,
  ListResetPasswordTokenResponseSchema,
} from '../../gen/proto/password_tokens_pb.js';
import { ListProvisionTokensRequestSchema, ListProvisionTokensResponseSchema } from '../../gen/proto/tokens_pb.js';
import {
  type ProvisionTokenV2,
  ProvisionTokenV2ListSchema,
  ProvisionTokenV2Schema,
  StaticTokensV2Schema,
} from '../../gen/types/tokens_pb.js';
import { isErrorCode } from '../../util/coded-error.js';
import { type CallOptions, type Rpc, readPages } from '../rpc.js';
import { authCall } from './auth-call.js';

/** The three calls came with a release after 18.0; with which, is not known (cli: later versions). */
const PARTS_SINCE = '18.1';

const getTokens = authCall('GetTokens', EmptySchema, ProvisionTokenV2ListSchema);
const getStaticTokens = authCall('GetStaticTokens', EmptySchema, StaticTokensV2Schema);
const listProvisionTokens = authCall(
  'ListProvisionTokens',
  ListProvisionTokensRequestSchema,
  ListProvisionTokensResponseSchema,
);
const listResetPasswordTokens = authCall(
  'ListResetPasswordTokens',
  ListResetPasswordTokenRequestSchema,
  ListResetPasswordTokenResponseSchema,
);

/**
 * Join tokens, then static tokens of the server's configuration and links for passwords in the form of join tokens: by
 * three calls and in pages where the server has those, else by the older call that gives all in one answer.
 */
export async function* listTokens(rpc: Rpc, options: CallOptions = {}): AsyncGenerator<ProvisionTokenV2> {
  const first = await rpc.unaryIfServed(PARTS_SINCE, listProvisionTokens, {}, options);
  const others = first && (await staticTokensAndLinks(rpc, options));
  if (first === undefined || others === undefined) {
    yield* (await rpc.unary(getTokens, {}, options)).provisionTokens;
    return;
  }
  yield* readPages(async (startKey) => {
    const page = startKey === '' ? first : await rpc.unary(listProvisionTokens, { startKey }, options);
    return { items: page.tokens, next: page.nextKey };
  });
  yield* others;
}

/** Undefined for a caller who may not read them by themselves: the older call asks for the right to tokens alone. */
async function staticTokensAndLinks(rpc: Rpc, options: CallOptions): Promise<ProvisionTokenV2[] | undefined> {
  try {
    return [...(await staticTokens(rpc, options)), ...(await links(rpc, options))];
  } catch (error) {
    if (isErrorCode(error, 'access_denied') || isErrorCode(error, 'not_implemented')) return undefined;
    throw error;
  }
}

async function staticTokens(rpc: Rpc, options: CallOptions): Promise<ProvisionTokenV2[]> {
  try {
    const { spec } = await rpc.unary(getStaticTokens, {}, options);
    return (spec?.staticTokens ?? []).map(({ token, roles, expires }) =>
      asToken({ name: token, labels: { 'teleport.dev/origin': 'config-file' }, roles, expires }),
    );
  } catch (error) {
    if (isErrorCode(error, 'not_found')) return []; // a cluster whose configuration names none
    throw error;
  }
}

async function links(rpc: Rpc, options: CallOptions): Promise<ProvisionTokenV2[]> {
  const pages = readPages(async (pageToken) => {
    const page = await rpc.unary(listResetPasswordTokens, { pageToken }, options);
    return { items: page.userTokens, next: page.nextPageToken };
  });
  const tokens: ProvisionTokenV2[] = [];
  for await (const { metadata } of pages)
    tokens.push(asToken({ name: metadata?.name ?? '', roles: ['Signup'], expires: metadata?.expires }));
  return tokens;
}

interface TokenParts {
  name: string;
  roles: string[];
  expires: Timestamp | undefined;
  labels?: Record<string, string>;
}

function asToken({ name, roles, expires, labels = {} }: TokenParts): ProvisionTokenV2 {
  return create(ProvisionTokenV2Schema, {
    kind: 'token',
    version: 'v2',
    metadata: { name, namespace: 'default', labels, ...(expires && { expires }) },
    spec: { roles, joinMethod: 'token' },
  });
}
