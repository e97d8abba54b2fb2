export {
  type CertificateIdentity,
  decodeIdentity,
} from './certificate-identity.js';
export { formatIdentityFile } from './identity-file.js';
export { jwsKeyId, readJwsKeyId, signJws, verifyJws } from './jws.js';
export {
  generatePrivateKey,
  type KeyKind,
  keyKindOf,
  parsePrivateKey,
  parsePublicKey,
  privateKeyPem,
  publicKeyPem,
  samePublicKey,
  sshKeyPem,
  teleportKeyPem,
} from './keys.js';
export { certAuthorityLine, clusterHostPatterns } from './known-hosts.js';
export { readPemBlock, readPemBlocks, splitCertificates, writePem } from './pem.js';
export { SEAL_KEY_BYTES, seal, unseal } from './seal.js';
export { spkiPin } from './spki-pin.js';
export { issueSshCertificate, parseSshCertificate } from './ssh-certificate.js';
export {
  authorizedKeyLine,
  parseAuthorizedKey,
  parseSshPublicKeyBlob,
  sshFingerprint,
  sshPublicKeyBlob,
} from './ssh-public-key.js';
export { matchesTotp, newTotpSecret, totpCode, totpUri } from './totp.js';
export { encodeTraits } from './traits.js';
export { type TshLogin, tshHomeFiles } from './tsh-home.js';
export { createCaCertificate, issueCertificate, type Validity } from './x509-issue.js';
export { issuerCommonName, parseCertificate, subjectCommonName } from './x509-name.js';
