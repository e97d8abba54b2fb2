import { createHash, createPublicKey } from 'node:crypto';

import { authorizedKeyLine, parsePrivateKey } from '../crypto/index.js';
import { CodedError } from '../util/coded-error.js';
import { isWholeHistory } from './bound-keypair-state.js';
import type { Destination } from './destinations/destination.js';
import { type Identity, type IdentityParts, readIdentity } from './identity.js';
import { errorText, type Logger } from './logs.js';

/** Between the authorities in one artifact (tbot §3.1). */
const SEPARATOR = '$';
/**
 * Holds a new identity as a whole while its artifacts are replaced one after the other: a crash between two of them would
 * otherwise leave a key beside another key's certificate, and a bot that joined with a one-time token could not come back.
 */
const PENDING = '.tbot-pending-identity.json';

/** The bot's own identity as it was stored. */
export interface StoredIdentity {
  identity: Identity;
  /** Hash of the token that the bot joined with. */
  tokenHash: string;
}

/** Lower-case hex SHA-256 of the token, by which a changed token is noticed without keeping it. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}

/**
 * Writes the identity in the layout of the real tool (tbot §3.1).
 * @param alongside further files that belong to it, which a crash may not separate from it either
 */
export async function saveIdentity(
  destination: Destination,
  stored: StoredIdentity,
  alongside: Record<string, string> = {},
): Promise<void> {
  const artifacts = { ...alongside, ...artifactsOf(stored) };
  if (destination.isPersistent) await destination.write({ [PENDING]: JSON.stringify(artifacts) });
  await completeSave(destination, artifacts);
}

/** Until all are in their places, the pending save holds them. */
async function completeSave(destination: Destination, artifacts: Record<string, string>): Promise<void> {
  await destination.write(artifacts);
  if (destination.isPersistent) await destination.remove(PENDING);
}

function artifactsOf({ identity, tokenHash }: StoredIdentity): Record<string, string> {
  return {
    'key-cert.pub': identity.sshCertificate,
    sshcacerts: identity.sshAuthorities.join(SEPARATOR),
    tlscert: identity.tlsCertificate,
    tlscacerts: identity.tlsAuthorities.join(SEPARATOR),
    key: identity.keyPem,
    'key.pub': `${authorizedKeyLine(createPublicKey(parsePrivateKey(identity.keyPem)))}\n`,
    tokenhash: tokenHash,
  };
}

const NAMES = ['key-cert.pub', 'sshcacerts', 'tlscert', 'tlscacerts', 'key', 'key.pub', 'tokenhash'];

/**
 * Reads the stored identity; undefined when there is none, or none that can be used. What a crash has left half written
 * is completed first.
 */
export async function loadIdentity(destination: Destination, log: Logger): Promise<StoredIdentity | undefined> {
  await destination.settle?.(async (name, read) => {
    const data = await read();
    return (name === PENDING && isComplete(data)) || isWholeHistory(name, data) ? 'whole' : 'cut off';
  });
  const pending = await loadPending(destination, log);
  const stored = await loadArtifacts(destination, log, pending === undefined);
  if (pending === undefined) return stored;
  if (stored !== undefined && !isNewer(pending.stored.identity, stored.identity)) {
    await destination.remove(PENDING); // another program has gone on since
    return stored;
  }
  log.info('completing a save that was cut off');
  await completeSave(destination, pending.artifacts);
  return pending.stored;
}

function isComplete(pending: string): boolean {
  try {
    fromArtifacts(JSON.parse(pending) as Record<string, string>);
    return true;
  } catch {
    return false;
  }
}

function isNewer(one: Identity, other: Identity): boolean {
  const generations = (one.subject.generation ?? 0) - (other.subject.generation ?? 0);
  const isSameInstance = one.subject.botInstanceId === other.subject.botInstanceId;
  return isSameInstance && generations !== 0 ? generations > 0 : one.validFrom >= other.validFrom;
}

interface Pending {
  stored: StoredIdentity;
  artifacts: Record<string, string>;
}

async function loadPending(destination: Destination, log: Logger): Promise<Pending | undefined> {
  const text = await destination.read(PENDING);
  if (text === undefined) return undefined;
  try {
    const artifacts = JSON.parse(text) as Record<string, string>;
    return { stored: fromArtifacts(artifacts), artifacts };
  } catch (error) {
    log.warn('a save that was cut off cannot be completed', { error: errorText(error) });
    return undefined;
  }
}

async function loadArtifacts(
  destination: Destination,
  log: Logger,
  isOnlySource: boolean,
): Promise<StoredIdentity | undefined> {
  const artifacts: Record<string, string> = {};
  for (const name of NAMES) {
    const data = await destination.read(name);
    if (!data) {
      if (isOnlySource) log.info(`no stored identity in ${destination.label}`, { missing: name });
      return undefined;
    }
    artifacts[name] = data;
  }
  try {
    return fromArtifacts(artifacts);
  } catch (error) {
    if (isOnlySource) log.warn(`the identity in ${destination.label} cannot be used`, { error: errorText(error) });
    return undefined;
  }
}

function fromArtifacts(artifacts: Record<string, string>): StoredIdentity {
  const part = (name: string): string => {
    const data = artifacts[name];
    if (typeof data !== 'string' || data === '') throw new CodedError('identity_invalid', `${name} is missing`);
    return data;
  };
  const parts: IdentityParts = {
    keyPem: part('key'),
    sshCertificate: part('key-cert.pub'),
    tlsCertificate: part('tlscert'),
    tlsAuthorities: part('tlscacerts').split(SEPARATOR),
    sshAuthorities: part('sshcacerts').split(SEPARATOR),
  };
  return { identity: readIdentity(parts), tokenHash: part('tokenhash').trim() };
}
