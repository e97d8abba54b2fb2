type HeadersInput = Iterable<readonly [string, string]> | Record<string, string>;

/**
 * Headers without the checks and the web of modules behind the global class, whose first use makes Node load its whole
 * fetch (30 ms). The build puts it in the place of the global one; names and values are checked where they leave, by undici.
 */
class PlainHeaders {
  readonly #values = new Map<string, string>();

  constructor(init?: HeadersInput) {
    if (init === undefined || init === null) return;
    const entries = Symbol.iterator in init ? (init as Iterable<readonly [string, string]>) : Object.entries(init);
    for (const [name, value] of entries) this.append(name, value);
  }

  append(name: string, value: string): void {
    const before = this.get(name);
    this.#values.set(name.toLowerCase(), before === null ? value.trim() : `${before}, ${value.trim()}`);
  }

  set(name: string, value: string): void {
    this.#values.set(name.toLowerCase(), value.trim());
  }

  get(name: string): string | null {
    return this.#values.get(name.toLowerCase()) ?? null;
  }

  has(name: string): boolean {
    return this.#values.has(name.toLowerCase());
  }

  delete(name: string): void {
    this.#values.delete(name.toLowerCase());
  }

  forEach(visit: (value: string, name: string, headers: PlainHeaders) => void): void {
    for (const [name, value] of this) visit(value, name, this);
  }

  keys(): IterableIterator<string> {
    return this.#sorted().keys();
  }

  values(): IterableIterator<string> {
    return this.#sorted().values();
  }

  entries(): IterableIterator<[string, string]> {
    return this.#sorted().entries();
  }

  [Symbol.iterator](): IterableIterator<[string, string]> {
    return this.entries();
  }

  #sorted(): Map<string, string> {
    return new Map([...this.#values].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}

export { PlainHeaders as Headers };
