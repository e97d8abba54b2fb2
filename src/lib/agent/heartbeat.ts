import { arch, hostname, platform } from 'node:os';

import { durationFromMs, timestampFromDate } from '@bufbuild/protobuf/wkt';
import { isErrorCode } from '../client/index.js';
import { BotInstanceHealthStatus, BotKind } from '../gen/teleport/machineid/v1/bot_instance_pb.js';
import { TELEPORT_VERSION } from '../util/teleport-version.js';
import type { BotIdentity } from './bot-identity.js';
import type { AgentContext } from './context.js';
import type { ServiceHealth } from './health.js';

/** Go's names for what Node calls otherwise. */
const ARCHITECTURES: Record<string, string> = { x64: 'amd64', ia32: '386' };
const SYSTEMS: Record<string, string> = { win32: 'windows' };

/** What clusters take of a name and of a reason (tbot §12), in characters. */
const LONGEST_NAME = 64;
const LONGEST_REASON = 256;

const STATUSES = {
  initializing: BotInstanceHealthStatus.INITIALIZING,
  healthy: BotInstanceHealthStatus.HEALTHY,
  unhealthy: BotInstanceHealthStatus.UNHEALTHY,
} as const;

/** A service of the agent, and how it does. */
export interface ReportedService extends ServiceHealth {
  name: string;
  /** That of the configuration, or `internal/…`. */
  type: string;
}

/** Tells the cluster that this instance lives (join §6.2). A cluster that does not know heartbeats is left alone. */
export async function sendHeartbeat(
  context: AgentContext,
  bot: BotIdentity,
  {
    startedAt,
    isStartup,
    services = [],
  }: { startedAt: Date; isStartup: boolean; services?: readonly ReportedService[] },
): Promise<void> {
  const { BotInstanceService } = await import('../gen/teleport/machineid/v1/bot_instance_service_pb.js');
  const now = context.clock();
  try {
    await bot.asBot((client) =>
      client.call(BotInstanceService.method.submitHeartbeat, {
        heartbeat: {
          recordedAt: timestampFromDate(now),
          isStartup,
          version: TELEPORT_VERSION,
          hostname: hostname(),
          uptime: durationFromMs(now.getTime() - startedAt.getTime()),
          joinMethod: context.config.onboarding.joinMethod ?? '',
          oneShot: context.config.oneshot,
          architecture: ARCHITECTURES[arch()] ?? arch(),
          os: SYSTEMS[platform()] ?? platform(),
          kind: BotKind.TBOT,
        },
        serviceHealth: services.map(({ name, type, status, reason, updated_at: updatedAt }) => ({
          service: { name: name.slice(0, LONGEST_NAME), type },
          status: STATUSES[status],
          updatedAt: timestampFromDate(new Date(updatedAt)),
          ...(reason !== undefined && { reason: reason.slice(0, LONGEST_REASON) }),
        })),
      }),
    );
  } catch (error) {
    if (!isErrorCode(error, 'not_implemented')) throw error;
  }
}
