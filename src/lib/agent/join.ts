import { readFile } from 'node:fs/promises';
import { isAbsolute } from 'node:path';

import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import {
  type BoundKeypairJoin,
  isErrorCode,
  type JoinPlace,
  type JoinSession,
  makeKey,
  type NewKey,
  openJoin,
} from '../client/index.js';
import { CodedError } from '../util/coded-error.js';
import { parseHostPort } from '../util/host-port.js';
import { systemErrorCode } from '../util/system-error.js';
import { TELEPORT_VERSION } from '../util/teleport-version.js';
import { joinWithKeypair } from './bound-keypair.js';
import type { BotConfig } from './config.js';
import { type AgentContext, addressOf, connectAs } from './context.js';
import type { Destination } from './destinations/destination.js';
import { type Identity, identityOfCerts } from './identity.js';

/**
 * The token that the configuration names; a file is read when it is wanted (tbot §2.2). One that is empty, as after its token
 * was used, holds none.
 * @throws CodedError `token_unreadable`
 */
export async function readToken({ onboarding: { token } }: BotConfig): Promise<string | undefined> {
  if (token === undefined || !isAbsolute(token)) return token;
  try {
    return (await readFile(token, 'utf8')).trim() || undefined;
  } catch (cause) {
    throw new CodedError('token_unreadable', `the token file ${token} cannot be read (${systemErrorCode(cause)})`, {
      cause,
    });
  }
}

/** Runs before a request goes out that the cluster counts. @param newestKey of a bound key's history, authorized_keys form */
export type BeforeRequest = (newestKey: string | undefined) => Promise<void>;

/** An identity, and the files that have to be stored with it. */
export interface Joined {
  identity: Identity;
  files: Record<string, string>;
}

/**
 * Joins the cluster with the configured token and gives the bot's first identity.
 * @throws RpcError with the cluster's own words, such as that the token is expired or not found
 */
export async function joinCluster(
  context: AgentContext,
  token: string,
  storage: Destination,
  beforeRequest: BeforeRequest,
): Promise<Joined> {
  const method = context.config.onboarding.joinMethod;
  if (method !== 'token' && method !== 'bound_keypair')
    throw new CodedError('not_offered', `joining with ${method} is not offered by this tbot`, {
      hint: 'Use the join method token or bound_keypair, or the tbot of Teleport.',
    });
  const session = await openFirst(context);
  try {
    if (!session.isServerVerified)
      context.log.warn('joining without proof of who the cluster is: set ca_pins, or join through the proxy', {
        address: session.place.address,
      });
    const key = await makeKey(await session.signatureSuite());
    const request = joinRequest(context, token, key);
    if (method === 'token') {
      await beforeRequest(undefined);
      return { identity: identityOfCerts(key.pem, await session.registerUsingToken(request)), files: {} };
    }
    const register = (join: BoundKeypairJoin) => session.registerUsingBoundKeypair(join);
    const { certs, files } = await joinWithKeypair(context, storage, request, register, beforeRequest);
    return { identity: identityOfCerts(key.pem, certs), files };
  } finally {
    await session.close();
  }
}

/** Joins again with the bound key, as the same instance (join §2.6). */
export async function rejoinCluster(
  context: AgentContext,
  token: string,
  storage: Destination,
  identity: Identity,
  beforeRequest: BeforeRequest,
): Promise<Joined> {
  const client = await connectAs(context, identity, 'bot identity');
  try {
    const key = await makeKey((await client.ping()).signatureAlgorithmSuite);
    const register = (join: BoundKeypairJoin) => client.registerUsingBoundKeypair(join);
    const request = joinRequest(context, token, key);
    const { certs, files } = await joinWithKeypair(context, storage, request, register, beforeRequest);
    return { identity: identityOfCerts(key.pem, certs), files };
  } finally {
    await client.close();
  }
}

function joinRequest({ clock, config }: AgentContext, token: string, { sshPublicKey, tlsPublicKey }: NewKey) {
  const expires = timestampFromDate(new Date(clock().getTime() + config.lifetime.ttlMs));
  return { role: 'Bot', token, expires, publicSshKey: sshPublicKey, publicTlsKey: tlsPublicKey };
}

/** Ports on which a configured "auth server" is more likely a proxy (join §1.1). */
const WEB_PORTS = [443, 3080];

/** Where to join, best first. */
function joinPlaces(config: BotConfig): JoinPlace[] {
  const address = addressOf(config);
  const proxy: JoinPlace = { kind: 'proxy', address };
  if (config.proxyServer !== undefined) return [proxy];
  const auth: JoinPlace = { kind: 'auth', address };
  return WEB_PORTS.includes(parseHostPort(address)?.port ?? 0) ? [proxy, auth] : [auth, proxy];
}

/** The first place that answers; a place that refuses the token ends the search, for all ask the same cluster. */
async function openFirst({ config, env, clock }: AgentContext): Promise<JoinSession> {
  const { insecure, onboarding } = config;
  const { caPins, caPath } = onboarding;
  let failure: unknown;
  for (const place of joinPlaces(config)) {
    try {
      const session = await openJoin(place, {
        insecure,
        caPins,
        env,
        now: clock(),
        userAgent: `tbot/${TELEPORT_VERSION}`,
        ...(caPath === undefined ? {} : { caPath }),
      });
      try {
        await session.signatureSuite();
        return session;
      } catch (error) {
        await session.close();
        throw error;
      }
    } catch (error) {
      if (!isErrorCode(error, 'join_unreachable') && !isErrorCode(error, 'unavailable')) throw error;
      failure ??= error;
    }
  }
  throw failure;
}
