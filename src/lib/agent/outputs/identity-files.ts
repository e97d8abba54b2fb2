import { createPublicKey } from 'node:crypto';

import { identityFileText } from '../../client/index.js';
import { authorizedKeyLine, parsePrivateKey } from '../../crypto/index.js';
import type { Artifacts } from '../destinations/destination.js';
import type { Identity } from '../identity.js';
import type { TrustedAuthorities } from './authorities.js';

/** An identity file, and its parts as files of their own (tbot §4). */
export function identityFiles(identity: Identity, { hosts }: TrustedAuthorities): Artifacts {
  const { keyPem, sshCertificate, tlsCertificate: tlsCertPem } = identity;
  const own = hosts.filter(({ clusterName }) => clusterName === identity.clusterName);
  const tlsCaPems = own.flatMap(({ tlsCertificates }) => tlsCertificates);
  const text = identityFileText({ keyPem, sshCertificate, tlsCertPem }, hosts, tlsCaPems);
  return {
    identity: text,
    'key-cert.pub': sshCertificate,
    tlscert: tlsCertPem,
    key: keyPem,
    'key.pub': `${authorizedKeyLine(createPublicKey(parsePrivateKey(keyPem)))}\n`,
  };
}

/** Certificate, key and trusted certificates under the names that TLS programs are used to. */
export function tlsFiles({ tlsCertificate, keyPem }: Identity, { pem }: TrustedAuthorities): Artifacts {
  return { 'tls.crt': tlsCertificate, 'tls.key': keyPem, 'tls.cas': pem.host };
}
