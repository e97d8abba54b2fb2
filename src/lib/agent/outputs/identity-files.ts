import { createPublicKey } from 'node:crypto';

import { identityFileText } from '../../client/index.js';
import { authorizedKeyLine, parsePrivateKey } from '../../crypto/index.js';
import type { Destination } from '../destinations/destination.js';
import type { Identity } from '../identity.js';
import type { TrustedAuthorities } from './authorities.js';

/** Writes an identity file, and its parts as files of their own (tbot §4). */
export async function writeIdentityFiles(
  identity: Identity,
  { hosts }: TrustedAuthorities,
  destination: Destination,
): Promise<void> {
  const { keyPem, sshCertificate, tlsCertificate: tlsCertPem } = identity;
  const own = hosts.filter(({ clusterName }) => clusterName === identity.clusterName);
  const tlsCaPems = own.flatMap(({ tlsCertificates }) => tlsCertificates);
  const text = identityFileText({ keyPem, sshCertificate, tlsCertPem }, hosts, tlsCaPems);
  await destination.write('identity', text);
  await destination.write('key-cert.pub', sshCertificate);
  await destination.write('tlscert', tlsCertPem);
  await destination.write('key', keyPem);
  await destination.write('key.pub', `${authorizedKeyLine(createPublicKey(parsePrivateKey(keyPem)))}\n`);
  await destination.write('.write-test', '');
}

/** Certificate, key and trusted certificates under the names that TLS programs are used to. */
export async function writeTlsFiles(
  { tlsCertificate, keyPem }: Identity,
  { pem }: TrustedAuthorities,
  destination: Destination,
): Promise<void> {
  await destination.write('tls.crt', tlsCertificate);
  await destination.write('tls.key', keyPem);
  await destination.write('tls.cas', pem.host);
}
