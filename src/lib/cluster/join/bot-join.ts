import { randomUUID } from 'node:crypto';
import type { Certs } from '../../gen/proto/certs_pb.js';
import type { ProvisionTokenV2 } from '../../gen/types/tokens_pb.js';
import { maskSecret } from '../../util/mask-secret.js';
import { joinAttributes } from '../auth/join-attributes.js';
import { issueCertificates } from '../certs/certificates.js';
import {
  type AuthenticationPlan,
  type AuthenticationRequest,
  lockBotUser,
  planAuthentication,
  recordAuthentication,
} from '../domain/bot-authentications.js';
import { ClusterError } from '../errors.js';
import type { ClusterState } from '../state.js';
import type { ReadTransaction, Transaction } from '../storage/backend.js';
import { botOf, findJoinToken, type JoiningBot } from './admission.js';
import type { Joiner, JoinRequest } from './request.js';

const DEFAULT_TTL_MS = 3_600_000;
/** No certificate of a bot is asked to last longer (join §1.3 step 9). */
export const MAX_TTL_MS = 7 * 24 * 3_600_000;

/** What is special about a join method. */
export interface JoinMethod {
  name: 'token' | 'bound_keypair';
  /** Whether the certificates may be renewed without a new join. */
  renewable: boolean;
  /** The instance that a new one continues, where the method has proven it. */
  previousInstanceId?: string;
  /**
   * What admission does to the token, in the transaction that admits.
   * @throws ClusterError when the token no longer allows it: nothing is issued then
   */
  consume(transaction: Transaction, token: ProvisionTokenV2, instanceId: string): void;
}

interface Admission {
  token: ProvisionTokenV2;
  bot: JoiningBot;
  authentication: AuthenticationRequest;
  plan: AuthenticationPlan;
}

/**
 * Admits a bot: certificates are signed first and handed out only after one transaction has checked everything again,
 * used up what the method uses up, and written the bot instance. Of two joins that must not both succeed one fails there.
 */
export async function joinBot(
  state: ClusterState,
  request: JoinRequest,
  joiner: Joiner,
  method: JoinMethod,
): Promise<Certs> {
  const { store, clock } = state;
  const newInstanceId = randomUUID();
  const check = (transaction: ReadTransaction): Admission => {
    const token = findJoinToken(transaction, request, method.name);
    const bot = botOf(transaction, token, joiner, clock());
    const authentication = {
      username: bot.username,
      botName: bot.botName,
      current: joiner.current,
      newInstanceId,
      previousInstanceId: method.previousInstanceId ?? '',
    };
    return { token, bot, authentication, plan: planAuthentication(transaction, authentication) };
  };

  const { token, bot, plan } = store.read(check);
  const now = clock();
  const expires = expiryOf(request.expires, now);
  const keys = request.readKeys();
  const issued =
    plan.kind === 'mismatch'
      ? undefined
      : {
          plan,
          certs: await issueCertificates(state, {
            identity: {
              username: bot.username,
              traits: bot.traits,
              routeToCluster: state.clusterName,
              loginIp: joiner.address,
              renewable: method.renewable,
              generation: plan.generation,
              botName: bot.botName,
              botInstanceId: plan.instanceId,
              userType: 'local',
              joinAttributes: joinAttributes(method.name, request.token),
            },
            roles: bot.roles,
            keys,
            requestedMs: expires.getTime() - now.getTime(),
            withHostAuthority: true,
          }),
        };

  const outcome = await store.write((transaction) => {
    const again = check(transaction);
    if (again.plan.kind === 'mismatch') {
      return lockBotUser(transaction, { username: bot.username, now, lockName: randomUUID() }, again.plan);
    }
    if (issued === undefined || !samePlan(again.plan, issued.plan)) throw changedMeanwhile();
    recordAuthentication(transaction, again.authentication, again.plan, {
      now,
      expires,
      renewable: method.renewable,
      authentication: {
        joinMethod: method.name,
        joinToken: method.name === 'token' ? maskSecret(request.token) : request.token,
        publicKey: keys.recorded,
        joinAttrs: {
          meta: { joinMethod: method.name, joinTokenName: method.name === 'token' ? '' : request.token },
        },
      },
    });
    method.consume(transaction, again.token, again.plan.instanceId);
    return issued.certs;
  });
  if (outcome instanceof ClusterError) throw outcome;
  state.log('info', `bot ${bot.botName} joined with a token of the method ${token.spec?.joinMethod}`);
  return outcome;
}

/** @throws ClusterError BadParameter for a moment that has passed. */
export function expiryOf(requested: Date | undefined, now: Date): Date {
  const expires = requested ?? new Date(now.getTime() + DEFAULT_TTL_MS);
  if (expires <= now) throw new ClusterError('BadParameter', 'expires: must be in the future');
  return new Date(Math.min(expires.getTime(), now.getTime() + MAX_TTL_MS));
}

export function samePlan(a: AuthenticationPlan, b: AuthenticationPlan): boolean {
  return (
    a.kind !== 'mismatch' && b.kind !== 'mismatch' && a.instanceId === b.instanceId && a.generation === b.generation
  );
}

export function changedMeanwhile(): ClusterError {
  return new ClusterError('CompareFailed', 'the bot changed while its certificates were made; try again');
}
