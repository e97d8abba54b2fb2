import { existsSync } from 'node:fs';
import { join } from 'node:path';

import type { Clock } from '../util/clock.js';
import { systemClock } from '../util/clock.js';
import { CredentialError, type Credentials } from './credentials.js';
import { readOptionalFile } from './read-file.js';
import { checkTlsMaterial } from './tls-identity.js';

const RENEW = 'Restart the auth service, which writes this identity.';
/** As long as the auth service itself waits for its own database (transport §4). */
const BUSY_TIMEOUT_MS = 10_000;

interface StoredIdentity {
  spec: { key: string; tls_cert: string; tls_ca_certs: string[]; ssh_cert: string; ssh_ca_certs: string[] };
}

/**
 * Reads the Admin identity that an auth service keeps in its data folder (transport §4). The database is opened read-only.
 * @throws CredentialError `credentials_missing_file` when the folder is no auth host's.
 * @public
 */
export async function readAuthHost(
  dataDir: string,
  { clock = systemClock }: { clock?: Clock } = {},
): Promise<Credentials> {
  const uuidPath = join(dataDir, 'host_uuid');
  const hostId = await readOptionalFile(uuidPath, 'host UUID file');
  if (!hostId?.trim())
    throw new CredentialError(
      'credentials_missing_file',
      `no auth service on this machine: ${uuidPath} ${hostId === undefined ? 'does not exist' : 'is empty'}`,
      {
        path: uuidPath,
        hint: 'Run beside the auth service, or use `-i FILE --auth-server=HOST:PORT`, or `tsh login`.',
      },
    );
  const path = join(dataDir, 'proc', 'sqlite.db');
  const { spec } = parseIdentity(await readValue(path, '/ids/admin/current', clock()), path);
  const decode = (base64: string) => Buffer.from(base64, 'base64').toString('utf8');
  const credentials = checkTlsMaterial(
    {
      kind: 'auth-host',
      path,
      keyPath: path,
      certPath: path,
      keyPem: decode(spec.key),
      certPem: decode(spec.tls_cert),
      caPems: spec.tls_ca_certs.map(decode),
      renew: RENEW,
    },
    clock,
  );
  return {
    ...credentials,
    ssh: { certificate: decode(spec.ssh_cert).trim(), hostCas: spec.ssh_ca_certs.map((ca) => decode(ca).trim()) },
  };
}

async function readValue(path: string, key: string, now: Date): Promise<Uint8Array> {
  if (!existsSync(path))
    throw new CredentialError(
      'credentials_missing_file',
      `no auth service identity: ${path} does not exist or is out of reach`,
      {
        path,
        hint: 'Run as the user of the auth service (often root), or name its data folder with `-c /etc/teleport.yaml`.',
      },
    );
  const { DatabaseSync } = await import('node:sqlite');
  let row: unknown;
  try {
    const database = new DatabaseSync(path, { readOnly: true, timeout: BUSY_TIMEOUT_MS });
    try {
      row = database
        .prepare('SELECT value FROM kv WHERE key = ? AND (expires IS NULL OR datetime(expires) > datetime(?))')
        .get(key, now.toISOString());
    } finally {
      database.close();
    }
  } catch (cause) {
    throw new CredentialError(
      'credentials_unreadable',
      `auth host identity ${path} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
      { path, cause, hint: 'Run as the user of the auth service (often root), and check that the file is whole.' },
    );
  }
  const value = (row as { value?: unknown } | undefined)?.value;
  if (value === undefined || value === null)
    throw new CredentialError(
      'credentials_missing_file',
      `${path} holds no Admin identity: no auth service has run in this data folder`,
      {
        path,
        hint: 'Run beside the auth service, or use `-i FILE --auth-server=HOST:PORT`, or `tsh login`.',
      },
    );
  return typeof value === 'string' ? Buffer.from(value) : (value as Uint8Array);
}

function parseIdentity(bytes: Uint8Array, path: string): StoredIdentity {
  const corrupt = () =>
    new CredentialError('credentials_corrupt', `auth host identity in ${path} is not a complete identity`, {
      path,
      hint: RENEW,
    });
  let value: Partial<StoredIdentity>;
  try {
    value = JSON.parse(Buffer.from(bytes).toString('utf8')) as Partial<StoredIdentity>;
  } catch {
    throw corrupt(); // without the cause, which quotes a piece of the text
  }
  const spec: Partial<StoredIdentity['spec']> = value?.spec ?? {};
  const texts = [
    spec.key,
    spec.tls_cert,
    spec.ssh_cert,
    ...[spec.tls_ca_certs, spec.ssh_ca_certs].map((list) => list?.[0]),
  ];
  if (!texts.every((text) => typeof text === 'string' && text !== '')) throw corrupt();
  return value as StoredIdentity;
}
