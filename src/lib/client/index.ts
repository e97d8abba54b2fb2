export type { FindAnswer } from '../transport/index.js';
export { isErrorCode } from '../util/coded-error.js';
export type { BoundKeypairJoin, BoundKeypairResult } from './bound-keypair.js';
export type { Client } from './client.js';
export { type ConnectOptions, connect } from './connect.js';
export { RpcError, type RpcErrorCode } from './errors.js';
export type { ConnectionStory } from './explain.js';
export { type HostAuthority, readHostAuthorities, trustedTlsCertificates } from './host-authorities.js';
export type { Invite, OtpSecret } from './invite.js';
export { type JoinPlace, type JoinSession, openJoin } from './join.js';
export type { Operation, ReadOptions } from './kinds/operations.js';
export type { LoggedIn, LoginOptions, LoginPrompt } from './login/log-in.js';
export type { SecondFactorPrompt } from './mfa/second-factor.js';
export { makeKey, type NewKey } from './new-key.js';
export { findCluster } from './proxy-web.js';
export type { Kind, KindMessages, ResourcesClient } from './resources.js';
export type { ServerInfo } from './rest.js';
export type { CallOptions } from './rpc.js';
export type { NewBot } from './services/bots.js';
export { identityFileText, type SignedUser, signHost, signUser } from './sign.js';
export { carrySsh } from './ssh-host.js';

/** Redeems links for setting a password; loaded only then. @see Invite */
export const openInvite: typeof import('./invite.js').openInvite = async (...given) =>
  (await import('./invite.js')).openInvite(...given);

/** Logs in and leaves a tsh home; loaded only then. @see LoginOptions */
export const logIn: typeof import('./login/log-in.js').logIn = async (options) =>
  (await import('./login/log-in.js')).logIn(options);

/** Tells how a connection comes about, or why none does; loaded only then. @see ConnectionStory */
export const explainConnection: typeof import('./explain.js').explainConnection = async (...given) =>
  (await import('./explain.js')).explainConnection(...given);
