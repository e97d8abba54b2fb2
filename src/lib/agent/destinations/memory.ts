import type { Destination } from './destination.js';

/** Keeps artifacts until the process ends. */
export class MemoryDestination implements Destination {
  readonly label = 'memory';
  readonly isPersistent = false;
  readonly #artifacts = new Map<string, string>();

  async init(): Promise<void> {}

  async read(name: string): Promise<string | undefined> {
    return this.#artifacts.get(name);
  }

  async write(name: string, data: string): Promise<void> {
    this.#artifacts.set(name, data);
  }

  async remove(name: string): Promise<void> {
    this.#artifacts.delete(name);
  }
}
