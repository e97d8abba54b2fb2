export {
  type CertificateIdentity,
  decodeIdentity,
} from './certificate-identity.js';
export { formatIdentityFile, type IdentityFileParts } from './identity-file.js';
export { jwsKeyId, readJwsKeyId, signJws, verifyJws } from './jws.js';
export {
  generatePrivateKey,
  type KeyKind,
  keyKindOf,
  type PrivateKeyStyle,
  parsePrivateKey,
  parsePublicKey,
  privateKeyPem,
  publicKeyPem,
  samePublicKey,
  sshKeyPem,
  teleportKeyPem,
} from './keys.js';
export {
  type CertAuthorityLine,
  certAuthorityLine,
  clusterHostPatterns,
  parseCertAuthorityLine,
} from './known-hosts.js';
export { type PemBlock, readPemBlock, readPemBlocks, splitCertificates, writePem } from './pem.js';
export { SEAL_KEY_BYTES, seal, unseal } from './seal.js';
export { spkiPin } from './spki-pin.js';
export {
  issueSshCertificate,
  parseSshCertificate,
  type SshCertificate,
  type SshCertificateContent,
} from './ssh-certificate.js';
export {
  authorizedKeyLine,
  parseAuthorizedKey,
  parseSshPublicKeyBlob,
  sshFingerprint,
  sshKeyType,
  sshPublicKeyBlob,
} from './ssh-public-key.js';
export { matchesTotp, newTotpSecret, type TotpAccount, totpCode, totpUri } from './totp.js';
export { encodeTraits, parseTraits, type Traits } from './traits.js';
export { type TshLogin, tshHomeFiles } from './tsh-home.js';
export {
  createCaCertificate,
  issueCertificate,
  type LeafCertificate,
  type TlsSigner,
  type Validity,
} from './x509-issue.js';
export { type CertificateLike, issuerCommonName, parseCertificate, subjectCommonName } from './x509-name.js';
