import type { DescService } from '@bufbuild/protobuf';
import type { HandlerContext, ServiceImpl } from '@connectrpc/connect';
import { isReleaseSince } from '../../util/release.js';
import { requireAccess, requireIdentity } from '../auth/access.js';
import { type Caller, callerKey } from '../auth/caller.js';
import { needsAdminMfa, requireAdminMfa } from '../login/admin-mfa.js';
import type { ClusterState } from '../state.js';
import { adminActionDemand } from './admin-actions.js';
import { REQUIREMENTS, type Requirement } from './requirements.js';

/** Takes services; connect's routers are ones. */
export interface ServiceRegistry {
  service<S extends DescService>(description: S, implementation: Partial<ServiceImpl<S>>): unknown;
}

/**
 * The releases with which methods came (join §10, cli: later versions). Of the new join service and of the lists of tokens it
 * is not known which 18.x that was.
 */
const SINCE: Readonly<Record<string, string>> = {
  'proto.AuthService/getStaticTokens': '18.2',
  'proto.AuthService/listProvisionTokens': '18.2',
  'proto.AuthService/listResetPasswordTokens': '18.2',
  'proto.JoinService/registerUsingBoundKeypairMethod': '18.0',
  'teleport.join.v1.JoinService/join': '18.2',
  'teleport.machineid.v1.BotInstanceService/listBotInstancesV2': '18.4',
  'teleport.presence.v1.PresenceService/listAuthServers': '19.0',
  'teleport.presence.v1.PresenceService/listProxyServers': '19.0',
};

/** Carries the answer to a challenge (wire §1.2). */
const MFA_HEADER = 'mfa_challenge_response';

type Handler = (request: unknown, context: HandlerContext) => unknown;

/**
 * Serves a service so that every method first asks what its entry in the table of requirements says, and then for a second
 * factor where the table of admin actions and the cluster want one.
 * @throws Error at start for a method that has no entry.
 */
export function serveGuarded<S extends DescService>(
  registry: ServiceRegistry,
  state: ClusterState,
  service: S,
  implementation: Partial<ServiceImpl<S>>,
): void {
  const guarded = Object.fromEntries(
    handlersOf(state, service, implementation).map(([method, handler]) => {
      const entry = REQUIREMENTS[service.typeName]?.[method];
      if (entry === undefined)
        throw new Error(`${service.typeName}/${method} has no entry in services/requirements.ts`);
      const checked: Handler = (request, context) => {
        const caller = context.values.get(callerKey);
        const requirement = typeof entry === 'function' ? entry(request as Record<string, unknown>, caller) : entry;
        const check = () => demand(state, caller, requirement);
        check();
        const mfa = needsAdminMfa(state, caller) && adminActionDemand(service.typeName, method, request, caller);
        if (mfa) {
          const answer = context.requestHeader.get(MFA_HEADER);
          return requireAdminMfa(state, caller, answer, mfa).then(() => handler(request, context));
        }
        const answer = handler(request, context);
        return requirement !== 'anyone' && isStream(answer) ? whileAllowed(state, check, answer) : answer;
      };
      return [method, checked];
    }),
  );
  registry.service(service, guarded as Partial<ServiceImpl<S>>);
}

/** The methods that a cluster of this release has. */
function handlersOf<S extends DescService>(
  { serverVersion }: ClusterState,
  { typeName }: S,
  implementation: Partial<ServiceImpl<S>>,
): [string, Handler][] {
  const all = Object.entries<Handler>(implementation as Record<string, Handler>);
  return all.filter(([method]) => isReleaseSince(serverVersion, SINCE[`${typeName}/${method}`] ?? '16.0'));
}

function demand(state: ClusterState, caller: Caller, requirement: Requirement): void {
  if (requirement === 'anyone') return;
  if (requirement === 'member') requireIdentity(state, caller);
  else requireAccess(state, caller, requirement.kind, ...requirement.verbs);
}

function isStream(answer: unknown): answer is AsyncIterable<unknown> {
  return typeof answer === 'object' && answer !== null && Symbol.asyncIterator in answer;
}

/** Passes a stream on until its caller is refused, by a lock for instance, which ends it with the refusal. */
async function* whileAllowed(
  { store }: ClusterState,
  check: () => void,
  answers: AsyncIterable<unknown>,
): AsyncGenerator<unknown> {
  let refusal: { error: unknown } | undefined;
  let interrupt: (error: unknown) => void = () => undefined;
  const stop = store.onCommit(() => {
    try {
      check();
    } catch (error) {
      refusal = { error };
      interrupt(error);
    }
  });
  const iterator = answers[Symbol.asyncIterator]();
  try {
    for (;;) {
      // No Promise.race: each would stay with a promise that lasts as long as the stream.
      const { done, value } = await new Promise<IteratorResult<unknown>>((resolve, reject) => {
        interrupt = reject;
        if (refusal !== undefined) reject(refusal.error);
        else iterator.next().then(resolve, reject);
      });
      if (done) return;
      yield value;
    }
  } finally {
    stop();
    // Not awaited: a generator that waits for something ends when that has come.
    iterator.return?.().catch(() => undefined);
  }
}
