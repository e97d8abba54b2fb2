import type { Identity } from './identity.js';

interface Open<C> {
  identity: Identity;
  connection: Promise<C>;
  users: number;
}

/** A connection that works at the same time share: made for the first of them, closed after the last. */
export class SharedConnection<C extends { close(): Promise<void> }> {
  readonly #connect: (identity: Identity) => Promise<C>;
  #open: Open<C> | undefined;

  constructor(connect: (identity: Identity) => Promise<C>) {
    this.#connect = connect;
  }

  /** Does some work over the connection. @throws what connecting or the work throws */
  async use<T>(identity: Identity, work: (connection: C) => Promise<T>): Promise<T> {
    // A renewed identity needs a connection of its own.
    const open = this.#open?.identity === identity ? this.#open : this.#begin(identity);
    open.users++;
    try {
      return await work(await open.connection);
    } finally {
      open.users--;
      if (open.users === 0) {
        this.#forget(open);
        await open.connection.then(
          (connection) => connection.close(),
          () => undefined, // the work has failed over it
        );
      }
    }
  }

  #begin(identity: Identity): Open<C> {
    const open: Open<C> = { identity, connection: this.#connect(identity), users: 0 };
    open.connection.catch(() => this.#forget(open)); // the next one tries again
    this.#open = open;
    return open;
  }

  #forget(open: Open<C>): void {
    if (this.#open === open) this.#open = undefined;
  }
}
