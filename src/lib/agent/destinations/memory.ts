import type { Artifacts, Destination } from './destination.js';

/** Keeps artifacts until the process ends. */
export class MemoryDestination implements Destination {
  readonly label = 'memory';
  readonly isPersistent = false;
  readonly #artifacts = new Map<string, string>();

  async init(): Promise<void> {}

  async read(name: string): Promise<string | undefined> {
    return this.#artifacts.get(name);
  }

  async write(artifacts: Artifacts): Promise<void> {
    for (const [name, data] of Object.entries(artifacts)) this.#artifacts.set(name, data);
  }

  async remove(name: string): Promise<void> {
    this.#artifacts.delete(name);
  }
}
