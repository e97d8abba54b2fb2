import { type UserTokenV3, UserTokenV3Schema } from '../../gen/types/user_tokens_pb.js';
import { getStored } from '../domain/stored-message.js';
import { ClusterError } from '../errors.js';
import type { ReadTransaction } from '../storage/backend.js';
import { USER_TOKEN } from './leftovers.js';

/** A link for setting a password. @throws ClusterError NotFound, also for one that has expired */
export function findToken(transaction: ReadTransaction, id: string): UserTokenV3 {
  const token = id === '' ? undefined : getStored(transaction, UserTokenV3Schema, USER_TOKEN, id);
  if (token !== undefined) return token;
  throw new ClusterError('NotFound', `user token(${id.slice(0, 4)}…) not found`);
}
