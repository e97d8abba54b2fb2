import { createHash, timingSafeEqual } from 'node:crypto';
import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import {
  ProvisionTokenStatusV2BoundKeypairSchema,
  ProvisionTokenStatusV2Schema,
  type ProvisionTokenV2,
  ProvisionTokenV2Schema,
} from '../../gen/types/tokens_pb.js';
import { momentOf, putStored } from '../domain/stored-message.js';
import { ClusterError } from '../errors.js';
import type { Transaction } from '../storage/backend.js';

const MODES = ['standard', 'relaxed', 'insecure'] as const;

/** What a bound_keypair token says and has been through, in plain form (join §2.1). */
export interface Binding {
  botName: string;
  mode: (typeof MODES)[number];
  /** As the spec has it: may be empty. */
  modeText: string;
  limit: number;
  recoveryCount: number;
  /** authorized_keys line; empty before the first join. */
  boundKey: string;
  boundInstanceId: string;
  /** authorized_keys line of a pre-registered key, or empty. */
  initialKey: string;
  registrationSecret: string;
  mustRegisterBefore: Date | undefined;
  rotateAfter: Date | undefined;
  lastRotatedAt: Date | undefined;
}

/** @throws ClusterError BadParameter for a recovery mode that does not exist. */
export function bindingOf(token: ProvisionTokenV2): Binding {
  const spec = token.spec?.boundKeypair;
  const status = token.status?.boundKeypair;
  const modeText = spec?.recovery?.mode ?? '';
  const mode = MODES.find((known) => known === (modeText || 'standard'));
  if (mode === undefined) throw new ClusterError('BadParameter', `unknown recovery mode "${modeText}"`);
  return {
    botName: token.spec?.botName ?? '',
    mode,
    modeText,
    limit: spec?.recovery?.limit ?? 0,
    recoveryCount: status?.recoveryCount ?? 0,
    boundKey: status?.boundPublicKey ?? '',
    boundInstanceId: status?.boundBotInstanceId ?? '',
    initialKey: spec?.onboarding?.initialPublicKey ?? '',
    registrationSecret: status?.registrationSecret ?? '',
    mustRegisterBefore: momentOf(spec?.onboarding?.mustRegisterBefore),
    rotateAfter: momentOf(spec?.rotateAfter),
    lastRotatedAt: momentOf(status?.lastRotatedAt),
  };
}

export function isOutOfRecoveries({ mode, recoveryCount, limit }: Binding): boolean {
  return mode === 'standard' && recoveryCount >= limit;
}

export function isRotationDue({ rotateAfter, lastRotatedAt }: Binding, now: Date): boolean {
  if (rotateAfter === undefined || rotateAfter > now) return false;
  return lastRotatedAt === undefined || lastRotatedAt < rotateAfter;
}

/** One text for whatever is wrong with a secret, so that it tells nothing. @throws ClusterError AccessDenied */
export function checkRegistrationSecret(binding: Binding, given: string, now: Date): void {
  const { registrationSecret, mustRegisterBefore } = binding;
  const isLate = mustRegisterBefore !== undefined && now > mustRegisterBefore;
  const isRight = given !== '' && timingSafeEqual(digest(given), digest(registrationSecret));
  if (isLate || !isRight) throw new ClusterError('AccessDenied', 'a valid registration secret is required');
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** What a join changes in the token's status. */
export interface BindingChange {
  /** authorized_keys line. */
  boundKey: string;
  /** A first join or a recovery, which counts. */
  isRecovery: boolean;
  isRotated: boolean;
}

/**
 * Writes a join into the token's status, in the transaction that admits.
 * @throws ClusterError AccessDenied when the token is not as it was when the join was decided.
 */
export function commitBinding(
  transaction: Transaction,
  token: ProvisionTokenV2,
  decidedOn: Binding,
  { boundKey, isRecovery, isRotated }: BindingChange,
  { instanceId, now }: { instanceId: string; now: Date },
): Binding {
  const current = bindingOf(token);
  const isSame = (['boundKey', 'boundInstanceId', 'recoveryCount', 'registrationSecret', 'initialKey'] as const).every(
    (field) => current[field] === decidedOn[field],
  );
  if (!isSame || (isRecovery && isOutOfRecoveries(current))) {
    throw new ClusterError('AccessDenied', 'committing updated token state: unexpected backend state');
  }
  const old = token.status?.boundKeypair ?? create(ProvisionTokenStatusV2BoundKeypairSchema);
  const status = {
    ...old,
    boundPublicKey: boundKey,
    boundBotInstanceId: instanceId,
    registrationSecret: '',
    recoveryCount: current.recoveryCount + (isRecovery ? 1 : 0),
    ...(isRecovery ? { lastRecoveredAt: timestampFromDate(now) } : {}),
    ...(isRotated ? { lastRotatedAt: timestampFromDate(now) } : {}),
  };
  const updated = { ...token, status: create(ProvisionTokenStatusV2Schema, { boundKeypair: status }) };
  putStored(transaction, ProvisionTokenV2Schema, 'token', token.metadata?.name ?? '', updated);
  return bindingOf(updated);
}
