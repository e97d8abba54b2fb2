import { promises as files } from 'node:fs'; // loaded when used
import tls from 'node:tls';

import { CodedError } from '../util/coded-error.js';

/**
 * The CA certificates trusted for a proxy's web port: those of Node and of the system, which include NODE_EXTRA_CA_CERTS,
 * and those of `--ca-file`. SSL_CERT_FILE replaces the system's, as it does for the real tools;
 * SSL_CERT_DIR is read by Node, among those of the system.
 */
export async function readWebRoots(options: { caFile?: string; sslCertFile?: string }): Promise<string[]> {
  const system = options.sslCertFile ? await readCaFile(options.sslCertFile, 'SSL_CERT_FILE') : systemRoots();
  const own = options.caFile === undefined ? [] : await readCaFile(options.caFile, '--ca-file');
  return [...system, ...tls.getCACertificates('extra'), ...own];
}

function systemRoots(): string[] {
  return [...tls.getCACertificates('default'), ...tls.getCACertificates('system')];
}

async function readCaFile(path: string, name: string): Promise<string[]> {
  let text: string;
  try {
    text = await files.readFile(path, 'utf8');
  } catch (cause) {
    throw new CodedError('ca_file_unreadable', `${name} ${path} cannot be read`, { cause, hint: 'Check the path.' });
  }
  if (!text.includes('-----BEGIN CERTIFICATE-----'))
    throw new CodedError('ca_file_invalid', `${name} ${path} holds no PEM certificate`, {
      hint: 'Name a file with CA certificates in PEM form.',
    });
  return [text];
}
