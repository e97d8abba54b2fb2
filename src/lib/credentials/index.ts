export { readAuthHost } from './auth-host.js';
export { CredentialError, type CredentialErrorCode, type Credentials, type TriedSource } from './credentials.js';
export { type ExplainedSource, explainCredentials } from './explain.js';
export { parseIdentityFile, readIdentityFile } from './identity-file.js';
export { readLoginDefaults } from './login-defaults.js';
export { chooseLogin, type LoggedOut, removeLogins, saveLogin } from './login-home.js';
export { type CredentialOptions, type FoundCredentials, findCredentials, tshHomeOf } from './order.js';
export { readProfile } from './profile.js';
