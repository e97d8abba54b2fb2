import type { CAKeySet, CertAuthorityV2 } from '../gen/types/cert_authorities_pb.js';
import type { Client } from './client.js';

/** The keys of one cluster that its hosts are recognised by. */
export interface HostAuthority {
  clusterName: string;
  /** authorized_keys lines without comment. */
  sshKeys: string[];
  /** PEM, without the newline at the end. */
  tlsCertificates: string[];
}

/** The host authorities of the cluster and of all clusters that it trusts. */
export async function readHostAuthorities(client: Client): Promise<HostAuthority[]> {
  const found: HostAuthority[] = [];
  for await (const authority of client.certAuthorities.list('host')) found.push(hostAuthorityOf(authority));
  return found;
}

function hostAuthorityOf({ spec, metadata }: CertAuthorityV2): HostAuthority {
  return {
    clusterName: spec?.clusterName || metadata?.name || '',
    sshKeys: trustedKeySets({ spec }).flatMap((set) => set.ssh.map(({ publicKey }) => text(publicKey))),
    tlsCertificates: trustedTlsCertificates({ spec }),
  };
}

/** The TLS certificates that an authority is trusted with, whether they sign or not; PEM. */
export function trustedTlsCertificates(authority: Pick<CertAuthorityV2, 'spec'>): string[] {
  return trustedKeySets(authority).flatMap((set) => set.tls.map(({ cert }) => text(cert)));
}

function trustedKeySets({ spec }: Pick<CertAuthorityV2, 'spec'>): CAKeySet[] {
  return [spec?.activeKeys, spec?.additionalTrustedKeys].filter((set) => set !== undefined);
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8').trim();
}
