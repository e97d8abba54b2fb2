import { durationFromMs, timestampFromDate } from '@bufbuild/protobuf/wkt';
import { certAuthorityLine, formatIdentityFile, parseCertificate } from '../crypto/index.js';
import { TrustService } from '../gen/teleport/trust/v1/trust_service_pb.js';
import type { Client } from './client.js';
import type { HostAuthority } from './host-authorities.js';
import { makeKey } from './new-key.js';

/** A key that was made here, with certificates that the cluster has issued for it. One key serves SSH and TLS. */
export interface SignedUser {
  /** PEM: as TLS programs want it, and as OpenSSH does. */
  keyPem: string;
  sshKeyPem: string;
  /** One line with its newline. */
  sshCertificate: string;
  /** PEM. */
  tlsCertPem: string;
  validTo: Date;
}

/** For whom certificates are asked, and for what use. */
export interface SignRequest {
  username: string;
  expires: Date;
  /** Of the SSH certificate; the user's roles say it unless given. */
  format: '' | 'standard' | 'oldssh';
  /** The cluster, or one that trusts it. */
  routeToCluster: string;
  /** For which the TLS certificate is good; empty for none. */
  kubernetesCluster: string;
}

/**
 * Makes a key and asks the cluster for certificates of a user for it.
 * @param keyUse `ssh` where TLS programs need not understand the key
 * @throws RpcError `access_denied`
 */
export async function signUser(client: Client, request: SignRequest, keyUse: 'tls' | 'ssh'): Promise<SignedUser> {
  const { signatureAlgorithmSuite } = await client.ping();
  const { pem, sshPem, sshPublicKey, tlsPublicKey } = await makeKey(signatureAlgorithmSuite, keyUse);
  const expires = timestampFromDate(request.expires);
  const { ssh, tls } = await client.generateUserCerts({ ...request, expires, sshPublicKey, tlsPublicKey });
  const tlsCertPem = Buffer.from(tls).toString('utf8');
  return {
    keyPem: pem,
    sshKeyPem: sshPem,
    sshCertificate: Buffer.from(ssh).toString('utf8'),
    tlsCertPem,
    validTo: parseCertificate(tlsCertPem).validToDate,
  };
}

/** What an SSH server shows to its clients. */
export interface SignedHost {
  /** PEM as OpenSSH writes it. */
  sshKeyPem: string;
  /** One line with its newline. */
  sshCertificate: string;
}

/**
 * Makes a key and asks the cluster for a certificate of an SSH server for it.
 * @param principals names by which clients reach the server
 * @param ttlMs for good if it is 0
 * @throws RpcError `access_denied`
 */
export async function signHost(
  client: Client,
  { principals, ttlMs }: { principals: readonly string[]; ttlMs: number },
): Promise<SignedHost> {
  const { signatureAlgorithmSuite } = await client.ping();
  const { sshPem, sshPublicKey } = await makeKey(signatureAlgorithmSuite, 'ssh');
  const { sshCertificate } = await client.call(TrustService.method.generateHostCert, {
    key: sshPublicKey,
    principals: [...principals],
    clusterName: client.clusterName,
    role: 'Node',
    ttl: durationFromMs(ttlMs),
  });
  return { sshKeyPem: sshPem, sshCertificate: Buffer.from(sshCertificate).toString('utf8') };
}

/** The text of an identity file (transport §3.1). @param tlsCaPems those that TLS connections to the cluster are checked with */
export function identityFileText(
  { keyPem, sshCertificate, tlsCertPem }: Pick<SignedUser, 'keyPem' | 'sshCertificate' | 'tlsCertPem'>,
  hosts: readonly HostAuthority[],
  tlsCaPems: readonly string[],
): string {
  const sshCaLines = hosts.flatMap(({ clusterName, sshKeys }) =>
    sshKeys.map((key) => certAuthorityLine({ hosts: [clusterName, `*.${clusterName}`], key })),
  );
  return formatIdentityFile({ keyPem, sshCertificate, tlsCertPem, sshCaLines, tlsCaPems });
}
