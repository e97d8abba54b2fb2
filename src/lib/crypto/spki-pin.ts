import { createHash } from 'node:crypto';
import { type CertificateLike, parseCertificate } from './x509-name.js';

/** The CA pin of a certificate: `sha256:` and the hex of the SHA-256 over its public key's DER (transport §8.4). */
export function spkiPin(certificate: CertificateLike): string {
  const spki = parseCertificate(certificate).publicKey.export({ type: 'spki', format: 'der' });
  return `sha256:${createHash('sha256').update(spki).digest('hex')}`;
}
