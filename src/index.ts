/**
 * A typed client for the administration of Teleport clusters: bots, join tokens and what belongs to them.
 *
 * @example
 * ```ts
 * import { connect, isErrorCode } from 'machine-identity-tools';
 *
 * const client = await connect({ authServer: 'proxy.example.com:443', identityFile: 'admin.pem' });
 * try {
 *   await client.bots.create({ name: 'ci', roles: ['access'] });
 * } catch (error) {
 *   if (!isErrorCode(error, 'already_exists')) throw error;
 * }
 * for await (const token of client.tokens.list()) console.log(token.metadata?.name);
 * await client.close();
 * ```
 * @packageDocumentation
 */
export {
  type CallOptions,
  CERT_AUTHORITY_TYPES,
  type Client,
  type ConnectOptions,
  connect,
  isErrorCode,
  type Kind,
  type KindMessages,
  type NewBot,
  type Operation,
  type ReadOptions,
  RpcError,
  type RpcErrorCode,
  type ServerInfo,
} from './lib/client/index.js';
export {
  CredentialError,
  type CredentialErrorCode,
  type CredentialOptions,
  type Credentials,
  readAuthHost,
  readIdentityFile,
  readProfile,
  type TriedSource,
} from './lib/credentials/index.js';
export { ConnectFailedError } from './lib/transport/index.js';
export { CodedError } from './lib/util/coded-error.js';
