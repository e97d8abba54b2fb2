import type { MessageInitShape } from '@bufbuild/protobuf';
import { upsertToken } from '../../src/lib/cluster/domain/tokens.js';
import { authorizedKeyLine, generatePrivateKey } from '../../src/lib/crypto/index.js';
import type { ProvisionTokenSpecV2BoundKeypairSchema } from '../../src/lib/gen/types/token_methods_pb.js';
import type { ProvisionTokenV2 } from '../../src/lib/gen/types/tokens_pb.js';
import { type Attempt, type BoundJoin, BoundKeypairAgent } from './bound-keypair-agent.js';
import type { JoiningCluster } from './joining.js';

type Spec = Exclude<MessageInitShape<typeof ProvisionTokenSpecV2BoundKeypairSchema>, { $typeName: string }>;

export interface Bound {
  bot: string;
  token: string;
  agent: BoundKeypairAgent;
  join(attempt?: Attempt, joined?: BoundJoin): Promise<BoundJoin>;
  status(): NonNullable<NonNullable<ProvisionTokenV2['status']>['boundKeypair']>;
  tokenLocks(): number;
  edit(change: (spec: NonNullable<NonNullable<ProvisionTokenV2['spec']>['boundKeypair']>) => void): Promise<void>;
}

/** Makes bots with bound_keypair tokens on a cluster, each under a name of its own. */
export function boundBots(world: () => JoiningCluster) {
  let names = 0;

  /** A bot with a bound_keypair token; `spec` beside a pre-registered key unless it has an onboarding of its own. */
  async function bound(spec: Spec = {}): Promise<Bound> {
    names += 1;
    const bot = `bound${names}`;
    const token = `bound-token-${names}`;
    const key = await generatePrivateKey('ed25519');
    await world().addBot(bot);
    await world().addToken(token, {
      roles: ['Bot'],
      botName: bot,
      joinMethod: 'bound_keypair',
      boundKeypair: {
        onboarding: { initialPublicKey: authorizedKeyLine(key) },
        recovery: { limit: 1, mode: 'standard' },
        ...spec,
      },
    });
    const agent = new BoundKeypairAgent(key);
    const stored = () => {
      const found = world().token(token);
      if (found?.spec?.boundKeypair === undefined) throw new Error('the token is gone');
      return found;
    };
    return {
      bot,
      token,
      agent,
      join: (attempt = {}, joined) => agent.join(world().as(joined?.holder), token, attempt),
      status: () => {
        const status = stored().status?.boundKeypair;
        if (status === undefined) throw new Error('the token has no status');
        return status;
      },
      tokenLocks: () =>
        world()
          .locks()
          .filter(({ spec }) => spec?.target?.joinToken === token).length,
      async edit(change) {
        const changed = stored();
        if (changed.spec?.boundKeypair) change(changed.spec.boundKeypair);
        await upsertToken(world().cluster.state, changed);
      },
    };
  }

  return bound;
}
