export { caPins, createAuthorities, ensureAuthorities } from './authorities.js';
export { type HostCertificateOptions, issueHostCertificates } from './host-certificates.js';
export { issueHostCertificate, issueWebCertificate, type TlsKeyPair } from './server-certificates.js';
export {
  type IssuedCertificates,
  issueUserCertificates,
  type SshForm,
  type SshPermissions,
  type UserCertificateOptions,
} from './user-certificates.js';
