import type { KeyObject } from 'node:crypto';
import { jwsKeyId, parsePrivateKey, parsePublicKey, readJwsKeyId, signJws, verifyJws } from '../../crypto/index.js';
import type { JWTKeyPair } from '../../gen/types/cert_authorities_pb.js';
import { CodedError } from '../../util/coded-error.js';
import { getCertAuthority } from '../domain/cert-authorities.js';
import type { ClusterState } from '../state.js';

const BACKDATE_S = 10;
const LEEWAY_S = 60;
const AUTHORITY = 'bound_keypair';

/** What a join state says (join §2.5): the last join of a bot, by which a copy of its keys is noticed. */
export interface JoinState {
  botName: string;
  instanceId: string;
  /** `recovery_count` of the token after that join. */
  sequence: number;
  /** For information. */
  limit: number;
  mode: string;
}

/** Signs the document that the joiner has to show next time; compact JWT. */
export function signJoinState(state: ClusterState, joined: JoinState): Promise<string> {
  const { clusterName, clock } = state;
  const [pair] = keyPairs(state);
  if (pair === undefined) throw new CodedError('cluster_data_unreadable', `the authority ${AUTHORITY} has no key`);
  const key = parsePrivateKey(textOf(pair.privateKey));
  const issuedAt = Math.floor(clock().getTime() / 1000);
  const claims = {
    iss: clusterName,
    sub: joined.botName,
    aud: [clusterName],
    nbf: issuedAt - BACKDATE_S,
    iat: issuedAt,
    bot_instance_id: joined.instanceId,
    recovery_sequence: joined.sequence,
    recovery_limit: joined.limit,
    recovery_mode: joined.mode,
  };
  return signJws(JSON.stringify(claims), key, jwsKeyId(key));
}

/**
 * Whether a document is this cluster's own about the join that `expected` describes.
 * @returns why it is not, or undefined
 */
export async function joinStateProblem(
  state: ClusterState,
  document: string,
  expected: Pick<JoinState, 'botName' | 'instanceId' | 'sequence'>,
): Promise<string | undefined> {
  try {
    const keyId = await readJwsKeyId(document);
    if (keyId === undefined) return 'it names no key';
    const key = trustedKeys(state).find((candidate) => jwsKeyId(candidate) === keyId);
    if (key === undefined) return 'it is signed with an unknown key';
    const claims: unknown = JSON.parse(await verifyJws(document, key));
    return claimProblem(state, claims, expected);
  } catch (error) {
    if (error instanceof CodedError || error instanceof SyntaxError) return error.message;
    throw error;
  }
}

function claimProblem(
  { clusterName, clock }: ClusterState,
  claims: unknown,
  expected: Pick<JoinState, 'botName' | 'instanceId' | 'sequence'>,
): string | undefined {
  if (typeof claims !== 'object' || claims === null) return 'it holds no claims';
  const { iss, sub, aud, nbf, iat, bot_instance_id, recovery_sequence } = claims as Record<string, unknown>;
  const latest = clock().getTime() / 1000 + LEEWAY_S;
  if (iss !== clusterName || ![aud].flat().includes(clusterName)) return 'it is of another cluster';
  if (sub !== expected.botName) return 'it is of another bot';
  if (typeof nbf !== 'number' || typeof iat !== 'number' || nbf > latest || iat > latest) return 'it is not valid yet';
  if (recovery_sequence !== expected.sequence) return 'it is not of the last recovery';
  if (bot_instance_id !== expected.instanceId) return 'it is of another bot instance';
  return undefined;
}

function keyPairs(state: ClusterState): JWTKeyPair[] {
  return getCertAuthority(state, { type: AUTHORITY, domain: state.clusterName }, true).spec?.activeKeys?.jwt ?? [];
}

function trustedKeys(state: ClusterState): KeyObject[] {
  const { spec } = getCertAuthority(state, { type: AUTHORITY, domain: state.clusterName });
  const pairs = [...(spec?.activeKeys?.jwt ?? []), ...(spec?.additionalTrustedKeys?.jwt ?? [])];
  return pairs.map(({ publicKey }) => parsePublicKey(textOf(publicKey)));
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8');
}
