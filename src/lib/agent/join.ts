import { readFile } from 'node:fs/promises';
import { isAbsolute } from 'node:path';

import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { isErrorCode, type JoinPlace, type JoinSession, openJoin } from '../client/index.js';
import { CodedError } from '../util/coded-error.js';
import { parseHostPort } from '../util/host-port.js';
import { systemErrorCode } from '../util/system-error.js';
import { TELEPORT_VERSION } from '../util/teleport-version.js';
import type { BotConfig } from './config.js';
import { type AgentContext, addressOf } from './context.js';
import { type Identity, identityOfCerts } from './identity.js';
import { makeKey } from './key-choice.js';

/** The token that the configuration names; a file is read when it is wanted (tbot §2.2). @throws CodedError `token_unreadable` */
export async function readToken({ onboarding: { token } }: BotConfig): Promise<string | undefined> {
  if (token === undefined || !isAbsolute(token)) return token;
  try {
    return (await readFile(token, 'utf8')).trim();
  } catch (cause) {
    throw new CodedError('token_unreadable', `the token file ${token} cannot be read (${systemErrorCode(cause)})`, {
      cause,
    });
  }
}

/**
 * Joins the cluster with the configured token and gives the bot's first identity.
 * @throws RpcError with the cluster's own words, such as that the token is expired or not found
 */
export async function joinCluster(context: AgentContext, token: string): Promise<Identity> {
  const { config, log } = context;
  const method = config.onboarding.joinMethod;
  if (method !== 'token')
    throw new CodedError('not_offered', `joining with ${method} is not offered by this tbot`, {
      hint: 'Use a token with join method "token", or the tbot of Teleport.',
    });
  const session = await openFirst(context);
  try {
    if (!session.isServerVerified)
      log.warn('joining without proof of who the cluster is: set ca_pins, or join through the proxy', {
        address: session.place.address,
      });
    const key = await makeKey(await session.signatureSuite());
    const expires = timestampFromDate(new Date(context.clock().getTime() + config.lifetime.ttlMs));
    const { sshPublicKey, tlsPublicKey } = key;
    const certs = await session.registerUsingToken({
      role: 'Bot',
      token,
      expires,
      publicSshKey: sshPublicKey,
      publicTlsKey: tlsPublicKey,
    });
    return identityOfCerts(key.pem, certs);
  } finally {
    await session.close();
  }
}

/** Ports on which a configured "auth server" is more likely a proxy (join §1.1). */
const WEB_PORTS = [443, 3080];

/** Where to join, best first. */
export function joinPlaces(config: BotConfig): JoinPlace[] {
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
      await session.signatureSuite();
      return session;
    } catch (error) {
      if (!isErrorCode(error, 'join_unreachable') && !isErrorCode(error, 'unavailable')) throw error;
      failure ??= error;
    }
  }
  throw failure;
}
