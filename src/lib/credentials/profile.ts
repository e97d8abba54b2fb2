import { promises as files } from 'node:fs'; // loaded when used
import { join } from 'node:path';

import { splitCertificates } from '../crypto/index.js';
import type { Clock } from '../util/clock.js';
import { systemClock } from '../util/clock.js';
import { systemErrorCode } from '../util/system-error.js';
import { CredentialError, type Credentials } from './credentials.js';
import { readCredentialFile, readOptionalFile } from './read-file.js';
import { checkTlsMaterial } from './tls-identity.js';
import { parseYamlMapping, textAt } from './yaml-file.js';

/** A profile or a part of it that is not there, as against one that is broken. */
function notFound(message: string, path: string): CredentialError {
  return new CredentialError('credentials_missing_file', message, {
    path,
    hint: 'Run `tctl login --proxy=HOST:PORT`.',
  });
}

/**
 * Reads the credentials that `tctl login` or `tsh login` left in a tsh home (transport §2), in the layout of version 16 or of 17 and later.
 * @param home the folder: `TELEPORT_HOME` or `~/.tsh`.
 * @param options.profile host of the proxy; the current profile if not given.
 * @throws CredentialError `credentials_missing_file` when there is no such profile or it holds no keys.
 * @public
 */
export async function readProfile(
  home: string,
  { profile, clock = systemClock }: { profile?: string; clock?: Clock } = {},
): Promise<Credentials> {
  const name = profile ?? (await currentProfile(home));
  const path = join(home, `${name}.yaml`);
  const text = await readOptionalFile(path, 'tsh profile');
  if (text === undefined) throw notFound(`tsh profile ${path} does not exist`, path);
  const settings = await parseYamlMapping(text, path, 'tsh profile');
  const user = textAt(settings, 'user');
  const proxyAddress = textAt(settings, 'web_proxy_addr');
  const renew = `Run \`tctl login --proxy=${proxyAddress ?? name}${user === undefined ? '' : ` --user=${user}`}\`.`;
  if (user === undefined)
    throw new CredentialError('credentials_corrupt', `tsh profile ${path} names no user`, { path, hint: renew });

  const folder = join(home, 'keys', name);
  const files = await readKeyFiles(folder, user, path);
  const caPems = await readCertificateAuthorities(folder);
  const credentials = checkTlsMaterial({ kind: 'profile', path, ...files, caPems, renew }, clock);
  const cluster = textAt(settings, 'cluster') ?? name;
  if (cluster !== credentials.clusterName)
    throw new CredentialError(
      'credentials_mismatch',
      `tsh profile ${path} is logged in to leaf cluster ${cluster}; administration needs its root cluster ${credentials.clusterName}`,
      { path, hint: `Run \`tctl login --proxy=${proxyAddress ?? name}\`.` },
    );
  const ssh = await readSsh(home, folder, user, cluster);
  return { ...credentials, ...(ssh ? { ssh } : {}), ...(proxyAddress === undefined ? {} : { proxyAddress }) };
}

async function currentProfile(home: string): Promise<string> {
  const path = join(home, 'current-profile');
  const name = (await readOptionalFile(path, 'tsh file'))?.trim();
  if (!name)
    throw notFound(`no current tsh profile: ${path} ${name === undefined ? 'does not exist' : 'is empty'}`, path);
  return name;
}

async function readKeyFiles(folder: string, user: string, profilePath: string) {
  const layouts = [
    { keyPath: join(folder, `${user}.key`), certPath: join(folder, `${user}.crt`) },
    { keyPath: join(folder, user), certPath: join(folder, `${user}-x509.pem`) }, // version 16: one key for SSH and TLS
  ];
  for (const { keyPath, certPath } of layouts) {
    const certPem = await readOptionalFile(certPath, 'tsh profile: TLS certificate');
    if (!certPem) continue;
    const keyPem = await readCredentialFile(keyPath, 'tsh profile: private key');
    if (keyPem !== '') return { keyPath, certPath, keyPem, certPem };
  }
  throw notFound(`tsh profile ${profilePath} has no keys in ${folder}: it is logged out`, folder);
}

/** All CA certificates of the profile: one file per cluster, or the one file of older layouts. */
async function readCertificateAuthorities(folder: string): Promise<string[]> {
  const casFolder = join(folder, 'cas');
  let names: string[];
  try {
    names = (await files.readdir(casFolder)).filter((name) => name.endsWith('.pem'));
  } catch (error) {
    if (systemErrorCode(error) !== 'ENOENT')
      throw new CredentialError('credentials_unreadable', `tsh profile: folder ${casFolder} cannot be read`, {
        path: casFolder,
        cause: error,
      });
    const all = await readOptionalFile(join(folder, 'certs.pem'), 'tsh profile: CA certificates');
    return splitCertificates(all ?? '');
  }
  const texts = await Promise.all(
    names.map((name) => readCredentialFile(join(casFolder, name), 'tsh profile: CA certificates')),
  );
  return texts.flatMap(splitCertificates);
}

async function readSsh(home: string, folder: string, user: string, cluster: string): Promise<Credentials['ssh']> {
  const certificate = await readOptionalFile(
    join(folder, `${user}-ssh`, `${cluster}-cert.pub`),
    'tsh profile: SSH certificate',
  );
  if (certificate === undefined) return undefined;
  const known = (await readOptionalFile(join(home, 'known_hosts'), 'tsh known hosts')) ?? '';
  return {
    certificate: certificate.trim(),
    hostCas: known.split('\n').filter((line) => line.startsWith('@cert-authority ')),
  };
}
