import { createHash, X509Certificate } from 'node:crypto';
import type { Client } from '../client/index.js';

/** How a machine finds the cluster that it is to join. */
export interface JoinPlace {
  /** A proxy, or the auth service where no proxy is known. */
  kind: 'proxy' | 'auth';
  address: string;
  /** Fingerprints of the host authority, by which a joining machine recognises the cluster (`sha256:` and hex). */
  caPins: string[];
  /** What could not be looked up. */
  problems: Error[];
}

/**
 * What instructions for joining have to name. They are looked up while the thing itself is being made, and never fail:
 * what cannot be looked up is left out.
 */
export async function joinPlace({ client }: { client: Client }, { pins = false } = {}): Promise<JoinPlace> {
  const [proxies, caPins] = await Promise.allSettled([client.proxies(), pins ? readCaPins(client) : []]);
  const proxy = proxies.status === 'fulfilled' ? proxies.value[0] : undefined;
  const address = proxy?.publicAddresses[0] ?? proxy?.address;
  return {
    ...(address ? { kind: 'proxy', address } : { kind: 'auth', address: client.address }),
    caPins: caPins.status === 'fulfilled' ? caPins.value : [],
    problems: [proxies, caPins].flatMap((result) => (result.status === 'rejected' ? [result.reason as Error] : [])),
  };
}

async function readCaPins(client: Client): Promise<string[]> {
  const pem = new TextDecoder().decode(await client.clusterCaCert());
  const certificates = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  return certificates.map((certificate) => {
    const key = new X509Certificate(certificate).publicKey.export({ type: 'spki', format: 'der' });
    return `sha256:${createHash('sha256').update(key).digest('hex')}`;
  });
}
