import { randomUUID } from 'node:crypto';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { Client } from '../client/index.js';
import { CodedError } from '../util/coded-error.js';
import { namingWhatIsMissing } from './missing.js';
import { NEW_LOCK_TARGETS, requireServerVersion } from './server-version.js';

/** What a lock keeps out: each field as in `spec.target` of a lock. */
export interface LockTargets {
  user?: string;
  role?: string;
  login?: string;
  mfaDevice?: string;
  windowsDesktop?: string;
  accessRequest?: string;
  device?: string;
  serverId?: string;
  botInstanceId?: string;
  joinToken?: string;
}

/** An older cluster drops the newer targets without a word, and would lock less than was asked for. */
const TARGETS_SINCE_18_1 = ['botInstanceId', 'joinToken'] as const;

export interface NewLock {
  target: LockTargets;
  /** Shown to whoever is locked out. */
  message?: string;
  /** Until when; for good unless given. */
  expires?: Date;
}

/** @throws CodedError `bad_parameter` where nobody would be locked. */
export function requireLockTarget(target: LockTargets): void {
  if (Object.values(target).some(Boolean)) return;
  throw new CodedError('bad_parameter', 'at least one target must be named', {
    hint: 'Say who to lock, for example with --user=NAME or --role=NAME',
  });
}

/**
 * Locks whoever matches one of the targets.
 * @returns the name of the lock.
 * @throws CodedError `cluster_too_old` for targets that the cluster does not know.
 */
export async function lock({ target, message, expires }: NewLock, { client }: { client: Client }): Promise<string> {
  if (TARGETS_SINCE_18_1.some((field) => target[field])) {
    await requireServerVersion(NEW_LOCK_TARGETS, { client });
  }
  const name = randomUUID();
  await client.locks.upsert({
    kind: 'lock',
    version: 'v2',
    metadata: { name },
    spec: { target, message: message ?? '', ...(expires && { expires: timestampFromDate(expires) }) },
  });
  return name;
}

/** Locks the user of a bot. @returns the name of the lock. @throws CodedError `not_found` */
export async function lockBot(
  { bot, message, expires }: { bot: string; message?: string; expires?: Date },
  { client }: { client: Client },
): Promise<string> {
  const { status } = await namingWhatIsMissing({ kind: 'bot', name: bot, client }, () => client.bots.get(bot));
  const user = status?.userName ?? '';
  const said = message ?? `The bot user "${user}" associated with bot "${bot}" has been locked.`;
  return lock({ target: { user }, message: said, expires }, { client });
}
