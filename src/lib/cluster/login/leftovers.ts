import { UserTokenV3Schema } from '../../gen/types/user_tokens_pb.js';
import { decodeStored } from '../domain/stored-message.js';
import type { Transaction } from '../storage/backend.js';

/** Failed attempts, named `user/UUID`. */
export const ATTEMPT = 'login_attempt';
/** Links for setting a password, named by their id. */
export const USER_TOKEN = 'user_token';
/** The secret of one-time passwords that a link is to set, named by the link's id. */
export const USER_TOKEN_SECRET = 'user_token_secret';
/** What a link's new passkey was asked with, named by the link's id: challenge, then the user's handle. */
export const USER_TOKEN_PASSKEY = 'user_token_passkey';

/** Forgets the failed attempts on a user: after a success, and with the user. */
export function forgiveAttempts(transaction: Transaction, username: string): void {
  for (const { name } of transaction.list(ATTEMPT, { prefix: `${username}/` })) transaction.delete(ATTEMPT, name);
}

/** Attempts on a user and links for it: both end with a new password, and with the user. */
export function forgetLogin(transaction: Transaction, username: string): void {
  forgiveAttempts(transaction, username);
  for (const item of transaction.list(USER_TOKEN)) {
    if (decodeStored(UserTokenV3Schema, item).spec?.user !== username) continue;
    transaction.delete(USER_TOKEN, item.name);
    transaction.delete(USER_TOKEN_SECRET, item.name);
    transaction.delete(USER_TOKEN_PASSKEY, item.name);
  }
}
