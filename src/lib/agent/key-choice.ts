import { authorizedKeyLine, generatePrivateKey, type KeyKind, publicKeyPem, teleportKeyPem } from '../crypto/index.js';
import { SignatureAlgorithmSuite } from '../gen/types/signature_algorithm_suite_pb.js';

/** A new key in the forms that requests and files want. */
export interface NewKey {
  /** Private, PEM. */
  pem: string;
  /** Public: PEM, and an authorized_keys line. */
  tlsPublicKey: Uint8Array;
  sshPublicKey: Uint8Array;
}

/** Makes the one key of an identity, with the algorithm that the cluster's suite asks for (join §1.1). Databases know RSA keys alone. */
export async function makeKey(suite: SignatureAlgorithmSuite, { isForDatabase = false } = {}): Promise<NewKey> {
  const key = await generatePrivateKey(isForDatabase ? 'rsa-2048' : kindOf(suite));
  return {
    pem: teleportKeyPem(key),
    tlsPublicKey: Buffer.from(publicKeyPem(key)),
    sshPublicKey: Buffer.from(`${authorizedKeyLine(key)}\n`),
  };
}

function kindOf(suite: SignatureAlgorithmSuite): KeyKind {
  const isLegacy = suite === SignatureAlgorithmSuite.UNSPECIFIED || suite === SignatureAlgorithmSuite.LEGACY;
  return isLegacy ? 'rsa-2048' : 'ecdsa-p256';
}
