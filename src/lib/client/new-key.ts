import {
  authorizedKeyLine,
  generatePrivateKey,
  type KeyKind,
  publicKeyPem,
  sshKeyPem,
  teleportKeyPem,
} from '../crypto/index.js';
import { SignatureAlgorithmSuite } from '../gen/types/signature_algorithm_suite_pb.js';

/** A new key in the forms that requests and files want. */
export interface NewKey {
  /** Private, PEM as clusters write TLS keys. */
  pem: string;
  /** Private, PEM as OpenSSH writes it. */
  sshPem: string;
  /** Public: PEM, and an authorized_keys line. */
  tlsPublicKey: Uint8Array;
  sshPublicKey: Uint8Array;
}

/** Databases know RSA keys alone, and TLS programs not all that SSH knows. */
export type KeyUse = 'tls' | 'ssh' | 'database';

/** Makes a key with the algorithm that the cluster's suite asks for (join §1.1, §3.7). A `tls` key serves SSH, too. */
export async function makeKey(suite: SignatureAlgorithmSuite, use: KeyUse = 'tls'): Promise<NewKey> {
  const key = await generatePrivateKey(kindOf(suite, use));
  return {
    pem: teleportKeyPem(key),
    sshPem: sshKeyPem(key),
    tlsPublicKey: Buffer.from(publicKeyPem(key)),
    sshPublicKey: Buffer.from(`${authorizedKeyLine(key)}\n`),
  };
}

function kindOf(suite: SignatureAlgorithmSuite, use: KeyUse): KeyKind {
  if (use === 'database') return 'rsa-2048';
  switch (suite) {
    case SignatureAlgorithmSuite.BALANCED_V1:
    case SignatureAlgorithmSuite.HSM_V1:
      return use === 'ssh' ? 'ed25519' : 'ecdsa-p256';
    case SignatureAlgorithmSuite.FIPS_V1:
      return 'ecdsa-p256';
    default:
      return 'rsa-2048';
  }
}
