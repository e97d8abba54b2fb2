import type { Clock } from '../util/clock.js';
import { errorText } from './logs.js';

/** How a service does. */
export interface ServiceHealth {
  status: 'initializing' | 'healthy' | 'unhealthy';
  reason?: string;
  updated_at: string;
}

/** A piece of work that was done or has failed. */
export interface Iteration {
  name: string;
  kind: string;
  isOk: boolean;
  /** How often it had failed in a row before. */
  retries: number;
  seconds: number;
}

/** Knows of each service whether its last piece of work succeeded. */
export class Health {
  readonly #services = new Map<string, ServiceHealth>();
  readonly #retries = new Map<string, number>();
  readonly #clock: Clock;
  #waiting: (() => void)[] = [];
  /** Told of every piece of work. */
  onIteration: ((iteration: Iteration) => void) | undefined;
  /** Called once, when every service does well for the first time. */
  onReady: (() => void) | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Sets which services there are; those known keep what is known of them. @param isHealthy of one that is new */
  expect(services: readonly { name: string; isHealthy: boolean }[]): void {
    const names = new Set(services.map(({ name }) => name));
    for (const name of this.#services.keys()) if (!names.has(name)) this.#services.delete(name);
    for (const { name, isHealthy } of services) {
      const known = this.#services.get(name)?.status;
      if (known === undefined || (isHealthy && known === 'initializing'))
        this.#set(name, { status: isHealthy ? 'healthy' : 'initializing' });
    }
  }

  /** Does a service's work and notes how it ends. */
  async watch<T>({ name, kind }: { name: string; kind: string }, work: () => Promise<T>): Promise<T> {
    const begin = this.#clock().getTime();
    const retries = this.#retries.get(name) ?? 0;
    const note = (isOk: boolean) => {
      this.#retries.set(name, isOk ? 0 : retries + 1);
      this.onIteration?.({ name, kind, isOk, retries, seconds: (this.#clock().getTime() - begin) / 1000 });
    };
    try {
      const result = await work();
      this.#set(name, { status: 'healthy' });
      note(true);
      return result;
    } catch (error) {
      this.#set(name, { status: 'unhealthy', reason: errorText(error) });
      note(false);
      throw error;
    }
  }

  /** Notes how a service does that is not made of pieces of work. @param error missing: well */
  note(name: string, error?: unknown): void {
    this.#set(name, error === undefined ? { status: 'healthy' } : { status: 'unhealthy', reason: errorText(error) });
  }

  get services(): Readonly<Record<string, ServiceHealth>> {
    return Object.fromEntries(this.#services);
  }

  /** Whether every service does well. */
  get isReady(): boolean {
    return [...this.#services.values()].every(({ status }) => status === 'healthy');
  }

  /** Resolves when every service, or the one that is named, has ended its first piece of work, well or not. */
  reported(name: string | undefined, signal: AbortSignal): Promise<void> {
    return this.#ended(() => this.#isStarting(name), signal);
  }

  /** The same for every service but the one that is named. */
  othersReported(name: string, signal: AbortSignal): Promise<void> {
    const isOtherStarting = () =>
      [...this.#services].some(([other, { status }]) => other !== name && status === 'initializing');
    return this.#ended(isOtherStarting, signal);
  }

  async #ended(isStarting: () => boolean, signal: AbortSignal): Promise<void> {
    while (!signal.aborted && isStarting())
      await new Promise<void>((resolve) => {
        this.#waiting.push(resolve);
        signal.addEventListener('abort', () => resolve(), { once: true });
      });
  }

  #isStarting(name: string | undefined): boolean {
    const services = name === undefined ? [...this.#services.values()] : [this.#services.get(name)];
    return services.some((service) => service?.status === 'initializing');
  }

  #set(name: string, health: Omit<ServiceHealth, 'updated_at'>): void {
    this.#services.set(name, { ...health, updated_at: this.#clock().toISOString() });
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const wake of waiting) wake();
    if (this.onReady === undefined || !this.isReady) return;
    this.onReady();
    this.onReady = undefined;
  }
}
