import { setImmediate as turn } from 'node:timers/promises';

interface Sleeper {
  at: number;
  wake(): void;
}

/** Time that passes only when a test moves it: pauses end when their moment has come, at once in real time. */
export class MovedTime {
  readonly #sleepers = new Set<Sleeper>();
  readonly #now: () => Date;
  readonly #advance: (ms: number) => void;

  constructor({ now, advance }: { now: () => Date; advance: (ms: number) => void }) {
    this.#now = now;
    this.#advance = advance;
  }

  readonly pause = (ms: number, signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      if (signal.aborted) return resolve();
      const sleeper = { at: this.#now().getTime() + ms, wake };
      const sleepers = this.#sleepers;
      function wake() {
        sleepers.delete(sleeper);
        signal.removeEventListener('abort', wake);
        resolve();
      }
      signal.addEventListener('abort', wake, { once: true });
      sleepers.add(sleeper);
    });

  /** Waits until so many pauses are under way, that is until everything else is done. */
  async settled(sleeping: number): Promise<void> {
    while (this.#sleepers.size < sleeping) await turn();
  }

  /** Waits until something has come about, while time stands still. */
  async until(isSo: () => boolean): Promise<void> {
    while (!isSo()) await turn();
  }

  /** As {@link settled}, and ends the pause that is due first. */
  async passTo(sleeping: number): Promise<void> {
    await this.settled(sleeping);
    const [first] = [...this.#sleepers].sort((a, b) => a.at - b.at);
    if (first === undefined) return;
    this.#advance(Math.max(0, first.at - this.#now().getTime()));
    first.wake();
  }
}
