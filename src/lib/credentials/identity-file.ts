import type { Clock } from '../util/clock.js';
import { systemClock } from '../util/clock.js';
import { CredentialError, type Credentials } from './credentials.js';
import { readCredentialFile } from './read-file.js';
import { checkTlsMaterial } from './tls-identity.js';

const RENEW =
  'Make a new one: `tctl auth sign --user=NAME --out=FILE`, `tsh login --out=FILE`, or let tbot write and renew it.';

/** The parts of an identity file, as they stand in it. */
export interface IdentityFileParts {
  keyPem: string;
  certPem: string;
  caPems: string[];
  sshCertificate?: string;
  sshHostCas: string[];
}

/**
 * Reads an identity file written by `tctl auth sign`, `tsh login --out` or tbot, and checks it.
 * @throws CredentialError naming the file and what is wrong with it.
 * @public
 */
export async function readIdentityFile(
  path: string,
  { clock = systemClock }: { clock?: Clock } = {},
): Promise<Credentials> {
  const parts = parseIdentityFile(await readCredentialFile(path, 'identity file'), path);
  const credentials = checkTlsMaterial(
    { kind: 'identity-file', path, keyPath: path, certPath: path, renew: RENEW, ...parts },
    clock,
  );
  if (parts.sshCertificate === undefined) return credentials;
  return { ...credentials, ssh: { certificate: parts.sshCertificate, hostCas: parts.sshHostCas } };
}

/**
 * Takes an identity file apart (transport §3.2): the first PEM block is the private key, the second the TLS
 * certificate, the others CA certificates; SSH lines may stand anywhere between them.
 */
export function parseIdentityFile(text: string, path: string): IdentityFileParts {
  const pems: string[] = [];
  const sshHostCas: string[] = [];
  let sshCertificate: string | undefined;
  let block: string[] | undefined;
  for (const line of text.split('\n').map((raw) => raw.trim())) {
    if (block !== undefined) {
      block.push(line);
      if (line.startsWith('-----END')) {
        pems.push(`${block.join('\n')}\n`);
        block = undefined;
      }
    } else if (line.startsWith('-----BEGIN')) block = [line];
    else if (line.startsWith('@cert-authority')) sshHostCas.push(line);
    else if (/^[a-z0-9-]+-cert-v[0-9]{2}@openssh\.com /.test(line)) sshCertificate = line;
  }
  const [keyPem, certPem, ...caPems] = pems;
  const wrong =
    (block !== undefined && 'a PEM block has no end; the file looks cut off') ||
    (keyPem === undefined && 'it holds no private key; this is no identity file') ||
    (!keyPem?.includes('PRIVATE KEY') && 'its first PEM block is no private key; this is no identity file') ||
    (certPem === undefined && 'it holds no TLS certificate') ||
    (caPems.length === 0 && 'it holds no CA certificates');
  if (wrong || keyPem === undefined || certPem === undefined)
    throw new CredentialError('credentials_corrupt', `identity file ${path}: ${wrong}`, { path, hint: RENEW });
  return { keyPem, certPem, caPems, sshHostCas, ...(sshCertificate === undefined ? {} : { sshCertificate }) };
}
