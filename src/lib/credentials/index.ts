export { readAuthHost } from './auth-host.js';
export {
  CredentialError,
  type CredentialErrorCode,
  type CredentialSourceKind,
  type Credentials,
  type TriedSource,
} from './credentials.js';
export { type IdentityFileParts, parseIdentityFile, readIdentityFile } from './identity-file.js';
export { type CredentialOptions, type FoundCredentials, findCredentials } from './order.js';
export { readProfile } from './profile.js';
