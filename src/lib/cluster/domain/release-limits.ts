import { clone } from '@bufbuild/protobuf';
import type { BotInstanceServiceHealth } from '../../gen/teleport/machineid/v1/bot_instance_pb.js';
import { type Bot, BotSchema } from '../../gen/teleport/machineid/v1/bot_pb.js';
import { type LockV2, LockV2Schema } from '../../gen/types/locks_pb.js';
import type { RoleV6 } from '../../gen/types/roles_pb.js';
import { type ProvisionTokenV2, ProvisionTokenV2Schema } from '../../gen/types/tokens_pb.js';
import { laterTokenFields } from '../../resources/kinds/index.js';
import { isReleaseSince } from '../../util/release.js';
import { ClusterError } from '../errors.js';
import type { ClusterState } from '../state.js';

type Release = Pick<ClusterState, 'serverVersion'>;

const ROLE_V8 = '18.0';
const BOUND_KEYPAIR = '18.0';
/** From here on bound keypair tokens do what is written of them; before, keys had to be registered (join §2.1). */
const WHOLE_BOUND_KEYPAIR = '18.1';
const LATER_TOKEN_FIELDS = '18.1';
const NEW_LOCK_TARGETS = '18.1';
const BOT_DESCRIPTION = '18.2.3';
const SERVICE_HEALTH = '18.4';

/** The version that this release gives to roles of its own. */
export function newestRoleVersion({ serverVersion }: Release): 'v7' | 'v8' {
  return isReleaseSince(serverVersion, ROLE_V8) ? 'v8' : 'v7';
}

/** @throws ClusterError BadParameter for a version that came later. */
export function requireKnownRoleVersion(state: Release, { version }: RoleV6): void {
  if (version === 'v8' && newestRoleVersion(state) !== 'v8') {
    throw new ClusterError('BadParameter', `role version "${version}" is not supported`);
  }
}

/** A copy of a token as this release reads it: fields that it does not know get lost. */
export function asKnownToken({ serverVersion }: Release, given: ProvisionTokenV2): ProvisionTokenV2 {
  const token = clone(ProvisionTokenV2Schema, given);
  if (!isReleaseSince(serverVersion, LATER_TOKEN_FIELDS)) for (const field of laterTokenFields(token)) field.clear();
  return token;
}

/** @throws ClusterError BadParameter, NotImplemented for what came later. */
export function requireKnownJoinMethod({ serverVersion }: Release, { spec }: ProvisionTokenV2): void {
  if (spec?.joinMethod === 'env0' && !isReleaseSince(serverVersion, LATER_TOKEN_FIELDS)) {
    throw new ClusterError('BadParameter', 'unknown join method "env0"');
  }
  if (spec?.joinMethod !== 'bound_keypair' || isReleaseSince(serverVersion, WHOLE_BOUND_KEYPAIR)) return;
  if (!isReleaseSince(serverVersion, BOUND_KEYPAIR)) {
    throw new ClusterError('BadParameter', 'join method "bound_keypair" is not supported');
  }
  const { onboarding, rotateAfter } = spec.boundKeypair ?? {};
  const missing = (field: string) => new ClusterError('NotImplemented', `spec.bound_keypair.${field}`);
  if (rotateAfter !== undefined) throw missing('rotate_after is not yet implemented');
  if (onboarding?.registrationSecret) throw missing('onboarding.registration_secret is not yet implemented');
  if (!onboarding?.initialPublicKey) throw missing('onboarding.initial_public_key is currently required');
}

/** What this release keeps of a lock: targets that it does not know get lost, as unknown fields do. */
export function asKnownLock({ serverVersion }: Release, lock: LockV2): LockV2 {
  if (isReleaseSince(serverVersion, NEW_LOCK_TARGETS)) return lock;
  const known = clone(LockV2Schema, lock);
  if (known.spec?.target !== undefined) {
    known.spec.target.botInstanceId = '';
    known.spec.target.joinToken = '';
    known.spec.target.linuxDesktop = '';
  }
  return known;
}

/** Whether this release can update a field of a bot by itself. */
export function isKnownBotPath({ serverVersion }: Release, path: string): boolean {
  return path !== 'metadata.description' || isReleaseSince(serverVersion, BOT_DESCRIPTION);
}

/** What this release keeps of a bot. */
export function asKnownBot({ serverVersion }: Release, bot: Bot): Bot {
  if (isReleaseSince(serverVersion, BOT_DESCRIPTION) || bot.metadata === undefined) return bot;
  const known = clone(BotSchema, bot);
  if (known.metadata !== undefined) known.metadata.description = '';
  return known;
}

/** What this release keeps of how an agent's services do. */
export function asKnownHealth(
  { serverVersion }: Release,
  health: BotInstanceServiceHealth[],
): BotInstanceServiceHealth[] {
  return isReleaseSince(serverVersion, SERVICE_HEALTH) ? health : [];
}
