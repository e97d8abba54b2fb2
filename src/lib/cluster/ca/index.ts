export { caPins, createAuthorities, ensureAuthorities } from './authorities.js';
export { issueHostCertificate, issueWebCertificate, type TlsKeyPair } from './server-certificates.js';
export {
  issueUserCertificates,
  type SshPermissions,
  type UserCertificateOptions,
  type UserCertificates,
} from './user-certificates.js';
