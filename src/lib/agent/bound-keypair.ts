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
import { type KeypairState, loadKeypair, saveKeypair, withNewKey } from './bound-keypair-state.js';
import type { AgentContext } from './context.js';
import type { Destination } from './destinations/destination.js';

/** Variables that stand for keys of the configuration (tbot §9). */
const SECRET_VARIABLE = 'TBOT_REGISTRATION_SECRET';
const STATIC_KEY_VARIABLE = 'TBOT_BOUND_KEYPAIR_STATIC_KEY';

/**
 * Joins with the key that the token is bound to. What the cluster decides on the way, a new key or a new join state, is
 * stored before the certificates are handed out.
 * @param register holds the conversation with the cluster
 */
export async function joinWithKeypair(
  context: AgentContext,
  storage: Destination,
  request: BoundKeypairJoin['request'],
  register: (join: BoundKeypairJoin) => Promise<BoundKeypairResult>,
): Promise<Certs> {
  const staticKey = await readStaticKey(context);
  if (staticKey !== undefined) return joinWithStaticKey(staticKey, request, register);
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
    solve: (publicKey, challenge) => signJws(challenge, findKey(state, publicKey)),
    async makeKey(suite) {
      const key = await generatePrivateKey(suite === SignatureAlgorithmSuite.FIPS_V1 ? 'ecdsa-p256' : 'ed25519');
      state = withNewKey(state, teleportKeyPem(key), context.clock());
      await saveKeypair(storage, state); // before the cluster learns of it
      context.log.info('made a new key, which the cluster asks for');
      return authorizedKeyLine(key);
    },
  });
  const activeKey = teleportKeyPem(findKey(state, result.publicKey));
  await saveKeypair(storage, { ...state, activeKey, joinState: Buffer.from(result.joinState).toString('utf8') });
  return result.certs;
}

async function joinWithStaticKey(
  key: KeyObject,
  request: BoundKeypairJoin['request'],
  register: (join: BoundKeypairJoin) => Promise<BoundKeypairResult>,
): Promise<Certs> {
  const state: KeypairState = { activeKey: teleportKeyPem(key), history: [] };
  const { certs } = await register({
    request,
    solve: (publicKey, challenge) => signJws(challenge, findKey(state, publicKey)),
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
    registrationSecretPath === undefined ? registrationSecret : await readTrimmed(registrationSecretPath);
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
