import type { KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';

import type { BoundKeypairJoin, BoundKeypairResult } from '../client/index.js';
import {
  authorizedKeyLine,
  generatePrivateKey,
  parseAuthorizedKey,
  parsePrivateKey,
  samePublicKey,
  signJws,
  teleportKeyPem,
} from '../crypto/index.js';
import type { Certs } from '../gen/proto/certs_pb.js';
import { SignatureAlgorithmSuite } from '../gen/types/signature_algorithm_suite_pb.js';
import { CodedError } from '../util/coded-error.js';
import { systemErrorCode } from '../util/system-error.js';
import {
  type KeypairState,
  keypairFiles,
  loadKeypair,
  newestKey,
  saveKeypair,
  withNewKey,
} from './bound-keypair-state.js';
import type { AgentContext } from './context.js';
import type { Destination } from './destinations/destination.js';

/** Variables that stand for keys of the configuration (tbot §9). */
const SECRET_VARIABLE = 'TBOT_REGISTRATION_SECRET';
const STATIC_KEY_VARIABLE = 'TBOT_BOUND_KEYPAIR_STATIC_KEY';

/** Certificates, and the files that have to be stored with them. */
export interface KeypairJoin {
  certs: Certs;
  files: Record<string, string>;
}

/**
 * Joins with the key that the token is bound to. A new key that the cluster asks for is stored before it is told; what the
 * join decides is handed back, to be stored as one with the certificates.
 * @param register holds the conversation with the cluster
 * @param beforeProof runs before a proof of the key goes out, after which the cluster may count the join; is told the newest key
 */
export async function joinWithKeypair(
  context: AgentContext,
  storage: Destination,
  request: BoundKeypairJoin['request'],
  register: (join: BoundKeypairJoin) => Promise<BoundKeypairResult>,
  beforeProof: (newestKey: string | undefined) => Promise<void>,
): Promise<KeypairJoin> {
  const staticKey = await readStaticKey(context);
  if (staticKey !== undefined)
    return { certs: await joinWithStaticKey(staticKey, request, register, beforeProof), files: {} };
  const secret = await readSecret(context);
  let state = await loadKeypair(storage);
  if (state.activeKey === undefined && state.history.length === 0 && secret === undefined)
    throw new CodedError('keypair_missing', `there is no key in ${storage.label}, and no registration secret`, {
      hint: 'Set onboarding.bound_keypair.registration_secret, or register a key made by "tbot keypair create".',
    });
  const isRegistered = state.joinState !== undefined;
  const result = await register({
    request,
    ...(secret === undefined || isRegistered ? {} : { registrationSecret: secret }),
    ...(state.joinState === undefined ? {} : { previousJoinState: Buffer.from(state.joinState) }),
    async solve(publicKey, challenge) {
      const key = findKey(state, publicKey);
      await beforeProof(newestKey(state));
      return signJws(challenge, key);
    },
    async makeKey(suite) {
      const key = await generatePrivateKey(suite === SignatureAlgorithmSuite.FIPS_V1 ? 'ecdsa-p256' : 'ed25519');
      state = withNewKey(state, teleportKeyPem(key), context.clock());
      await saveKeypair(storage, state); // before the cluster learns of it
      context.log.info('made a new key, which the cluster asks for');
      return authorizedKeyLine(key);
    },
  });
  const activeKey = teleportKeyPem(findKey(state, result.publicKey));
  const joinState = Buffer.from(result.joinState).toString('utf8');
  return { certs: result.certs, files: keypairFiles({ ...state, activeKey, joinState }) };
}

async function joinWithStaticKey(
  key: KeyObject,
  request: BoundKeypairJoin['request'],
  register: (join: BoundKeypairJoin) => Promise<BoundKeypairResult>,
  beforeProof: (newestKey: undefined) => Promise<void>,
): Promise<Certs> {
  const state: KeypairState = { activeKey: teleportKeyPem(key), history: [] };
  const { certs } = await register({
    request,
    async solve(publicKey, challenge) {
      await beforeProof(undefined);
      return signJws(challenge, findKey(state, publicKey));
    },
    makeKey: () =>
      Promise.reject(
        new CodedError('keypair_static', 'the cluster asks for a new key, but the configured key is static', {
          hint: 'Remove rotate_after from the token, or let the agent keep its key in its storage.',
        }),
      ),
  });
  return certs;
}

/** The private half of a public key that the cluster names: it may be an older one, after a cluster was set back. */
function findKey({ activeKey, history }: KeypairState, publicKey: string): KeyObject {
  const { key: wanted } = parseAuthorizedKey(publicKey);
  const candidates = [activeKey, ...history.map(({ privateKey }) => privateKey)].filter((pem) => pem !== undefined);
  const found = candidates.map(parsePrivateKey).find((key) => samePublicKey(key, wanted));
  if (found !== undefined) return found;
  throw new CodedError('keypair_unknown', 'the cluster asks for a key that this machine does not have', {
    hint: 'The storage folder belongs to another bot, or was set back. Register the bot anew.',
  });
}

async function readSecret({ config, env, log }: AgentContext): Promise<string | undefined> {
  const { registrationSecret, registrationSecretPath } = config.onboarding.boundKeypair;
  const configured =
    registrationSecretPath === undefined
      ? registrationSecret
      : (await readTrimmed(registrationSecretPath)) || undefined;
  if (configured === undefined) return env[SECRET_VARIABLE] || undefined;
  if (env[SECRET_VARIABLE]) log.warn(`the registration secret of the configuration counts, not ${SECRET_VARIABLE}`);
  return configured;
}

async function readStaticKey({ config, env }: AgentContext): Promise<KeyObject | undefined> {
  const path = config.onboarding.boundKeypair.staticPrivateKeyPath;
  const encoded = env[STATIC_KEY_VARIABLE];
  if (path !== undefined) return parsePrivateKey(await readTrimmed(path));
  return encoded ? parsePrivateKey(Buffer.from(encoded, 'base64').toString('utf8')) : undefined;
}

async function readTrimmed(path: string): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch (cause) {
    throw new CodedError('secret_unreadable', `${path} cannot be read (${systemErrorCode(cause)})`, { cause });
  }
}
