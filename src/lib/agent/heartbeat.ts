import { arch, hostname, platform } from 'node:os';

import { durationFromMs, timestampFromDate } from '@bufbuild/protobuf/wkt';
import { isErrorCode } from '../client/index.js';
import { TELEPORT_VERSION } from '../util/teleport-version.js';
import type { BotIdentity } from './bot-identity.js';
import { type AgentContext, connectAs } from './context.js';

/** Go's names for what Node calls otherwise. */
const ARCHITECTURES: Record<string, string> = { x64: 'amd64', ia32: '386' };
const SYSTEMS: Record<string, string> = { win32: 'windows' };

/** Tells the cluster that this instance lives (join §6.2). A cluster that does not know heartbeats is left alone. */
export async function sendHeartbeat(
  context: AgentContext,
  bot: BotIdentity,
  { startedAt, isStartup }: { startedAt: Date; isStartup: boolean },
): Promise<void> {
  const { BotInstanceService } = await import('../gen/teleport/machineid/v1/bot_instance_service_pb.js');
  const now = context.clock();
  const client = await connectAs(context, bot.current, 'bot identity');
  try {
    await client.call(BotInstanceService.method.submitHeartbeat, {
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
      },
    });
  } catch (error) {
    if (!isErrorCode(error, 'not_implemented')) throw error;
  } finally {
    await client.close();
  }
}
