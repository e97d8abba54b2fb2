import type { KeyObject } from 'node:crypto';
import {
  issuerCommonName,
  parseCertificate,
  parseSshCertificate,
  samePublicKey,
  subjectCommonName,
} from '../../crypto/index.js';
import { CodedError } from '../../util/coded-error.js';

/** What a finished login gives (login §1.6), decoded. */
export interface LoginAnswer {
  username: string;
  clusterName: string;
  tlsCertPem: string;
  /** One line, with its newline. */
  sshCertificate: string;
  hostCaPems: string[];
  hostCaKeys: string[];
  expires: Date;
}

interface Wire {
  username?: string;
  cert?: string;
  tls_cert?: string;
  host_signers?: { domain_name?: string; checking_keys?: string[]; tls_certs?: string[] }[];
}

/** Reads the answer and checks that it is for these keys and from one cluster (login §7.1). @throws CodedError `bad_answer` */
export function readLoginAnswer(answer: unknown, keys: { tls: KeyObject; ssh: KeyObject }, now: Date): LoginAnswer {
  try {
    const { username = '', cert, tls_cert, host_signers: [host] = [] } = answer as Wire;
    const tlsCertPem = decode(tls_cert);
    const sshCertificate = `${decode(cert).trim()}\n`;
    const tls = parseCertificate(tlsCertPem);
    const clusterName = host?.domain_name ?? '';
    const hostCaPems = (host?.tls_certs ?? []).map(decode);
    const belongs =
      username !== '' &&
      clusterName !== '' &&
      issuerCommonName(tls) === clusterName &&
      hostCaPems.length > 0 &&
      hostCaPems.every((pem) => subjectCommonName(pem) === clusterName) &&
      samePublicKey(tls.publicKey, keys.tls) &&
      samePublicKey(parseSshCertificate(sshCertificate).publicKey, keys.ssh) &&
      tls.validToDate > now;
    if (!belongs) throw new Error('the parts do not belong together');
    const hostCaKeys = (host?.checking_keys ?? []).map((key) => decode(key).trim());
    return { username, clusterName, tlsCertPem, sshCertificate, hostCaPems, hostCaKeys, expires: tls.validToDate };
  } catch (cause) {
    throw new CodedError('bad_answer', 'the cluster answered the login with certificates that cannot be used', {
      cause,
      hint: 'Check the clock of this machine, and that the address is that of a Teleport proxy',
    });
  }
}

function decode(base64: string | undefined): string {
  return Buffer.from(base64 ?? '', 'base64').toString('utf8');
}
