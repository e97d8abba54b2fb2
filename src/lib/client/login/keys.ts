import { authorizedKeyLine, generatePrivateKey, publicKeyPem } from '../../crypto/index.js';

/** Keys by the cluster's algorithm suite (login §3.1). */
export async function generateKeys(suite: string) {
  if (suite === 'legacy') {
    const key = await generatePrivateKey('rsa-2048');
    return { tls: key, ssh: key };
  }
  const [tls, ssh] = await Promise.all([
    generatePrivateKey('ecdsa-p256'),
    generatePrivateKey(suite === 'fips-v1' ? 'ecdsa-p256' : 'ed25519'),
  ]);
  return { tls, ssh };
}

export type Keys = Awaited<ReturnType<typeof generateKeys>>;

/** As requests for certificates carry them (login §1.6). */
export function publicKeys({ tls, ssh }: Keys) {
  const encode = (text: string) => Buffer.from(text).toString('base64');
  return { ssh_pub_key: encode(`${authorizedKeyLine(ssh)}\n`), tls_pub_key: encode(publicKeyPem(tls)) };
}

/** A life as requests carry it; 0 = the cluster decides. */
export function nanoseconds(ms: number | undefined): number {
  return (ms ?? 0) * 1_000_000;
}
