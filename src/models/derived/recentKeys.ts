/** What is kept for each of a bounded number of streams; beyond it the one idle longest is dropped. */
export class RecentKeys<T> {
  readonly #most: number;
  readonly #make: (key: string | undefined) => T;
  readonly #onDrop: (key: string | undefined, dropped: T) => void;
  readonly #all: Map<string | undefined, T> = new Map(); // least recently used first

  constructor(
    most: number,
    make: (key: string | undefined) => T,
    onDrop: (key: string | undefined, dropped: T) => void,
  ) {
    this.#most = most;
    this.#make = make;
    this.#onDrop = onDrop;
  }

  /** What is kept for a key, undefined for one that is new; its turn in the order stays. */
  peek(key: string | undefined): T | undefined {
    return this.#all.get(key);
  }

  /** What is kept for a key, made where it is new; it is now the one used last. */
  use(key: string | undefined): T {
    const known = this.#all.get(key);
    if (known !== undefined) this.#all.delete(key);
    const used = known ?? this.#make(key);
    this.#all.set(key, used);
    if (this.#all.size > this.#most) {
      const [oldest, dropped] = this.#all.entries().next().value!;
      this.#all.delete(oldest);
      this.#onDrop(oldest, dropped);
    }
    return used;
  }

  /** All of them, the one idle longest first. */
  entries(): Iterable<[string | undefined, T]> {
    return this.#all;
  }
}
