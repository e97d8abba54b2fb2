import type { CallOptions } from '../rpc.js';

/** What may be said about reading resources. */
export interface ReadOptions extends CallOptions {
  /**
   * Passwords of users, private keys of authorities, client secrets of connectors. Tokens are secrets of their own and
   * always come whole.
   */
  withSecrets?: boolean;
  /** `list`: only what belongs to it; of a bot_instance, the bot. */
  owner?: string;
}

/** What can be done with a kind. Names: `type/name` of kinds whose names have two parts, ignored for singletons. */
export interface KindOperations<M> {
  get(name: string, options: ReadOptions): Promise<M>;
  list(options: ReadOptions): AsyncIterable<M>;
  create?(message: M, options: CallOptions): Promise<M | undefined>;
  upsert?(message: M, options: CallOptions): Promise<M | undefined>;
  /** Replaces the resource of the message's revision. */
  update?(message: M, options: CallOptions): Promise<M | undefined>;
  delete?(name: string, options: CallOptions): Promise<void>;
}

/** What may be done with resources of a kind. */
export type Operation = keyof KindOperations<unknown>;

/** A singleton is a list of one, or of none. */
export async function* listOfOne<M>(get: () => Promise<M>): AsyncGenerator<M> {
  yield await get();
}
