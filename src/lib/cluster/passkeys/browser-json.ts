import type { Assertion, Attestation } from './ceremony.js';
import { ES256 } from './ceremony.js';

/** What somebody is asked to show a passkey with. */
export interface PasskeyChallenge {
  challenge: Uint8Array;
  rpId: string;
  keyIds: Uint8Array[];
}

/** What somebody is asked to make a passkey with. */
export interface PasskeyOrder {
  challenge: Uint8Array;
  rpId: string;
  clusterName: string;
  username: string;
  userId: Uint8Array;
}

/** A challenge, and a registration, are good for so long (login §1.9). */
export const CHALLENGE_MS = 5 * 60_000;

/** The challenge as browsers take it (login §1.9). */
export function requestOptions({ challenge, rpId, keyIds }: PasskeyChallenge): object {
  return {
    publicKey: {
      challenge: base64url(challenge),
      timeout: CHALLENGE_MS,
      rpId,
      allowCredentials: keyIds.map((id) => ({ type: 'public-key', id: base64url(id) })),
      userVerification: 'discouraged',
    },
  };
}

/** The order as browsers take it. */
export function creationOptions({ challenge, rpId, clusterName, username, userId }: PasskeyOrder): object {
  return {
    publicKey: {
      challenge: base64url(challenge),
      rp: { id: rpId, name: clusterName },
      user: { id: base64url(userId), name: username, displayName: username },
      pubKeyCredParams: [{ type: 'public-key', alg: ES256 }],
      timeout: CHALLENGE_MS,
      attestation: 'none',
      authenticatorSelection: { requireResidentKey: false, userVerification: 'discouraged' },
    },
  };
}

/** A credential of a browser, or of the wire's JSON: both of base64's alphabets are read. */
export function readAssertion(json: unknown): Assertion | undefined {
  const { rawId, response } = partsOf(json);
  const [signature, authenticatorData] = [bytes(response.signature), bytes(response.authenticatorData)];
  const clientDataJson = bytes(response.clientDataJSON ?? response.clientDataJson);
  if (rawId === undefined || clientDataJson === undefined) return undefined;
  if (signature === undefined || authenticatorData === undefined) return undefined;
  return { keyId: rawId, clientDataJson, authenticatorData, signature };
}

/** @returns undefined for what is no new credential */
export function readAttestation(json: unknown): Attestation | undefined {
  const { response } = partsOf(json);
  const [clientDataJson, attestationObject] = [bytes(response.clientDataJSON), bytes(response.attestationObject)];
  return clientDataJson && attestationObject && { clientDataJson, attestationObject };
}

function partsOf(json: unknown): { rawId: Uint8Array | undefined; response: Record<string, unknown> } {
  const { rawId, response } = Object(json) as { rawId?: unknown; response?: unknown };
  return { rawId: bytes(rawId), response: Object(response) as Record<string, unknown> };
}

function bytes(text: unknown): Uint8Array | undefined {
  return typeof text === 'string' && text !== '' ? Buffer.from(text, 'base64') : undefined;
}

function base64url(given: Uint8Array): string {
  return Buffer.from(given).toString('base64url');
}
