/** The last so many values of a stream, in memory that is allocated once. */
export class RecentValues {
  /** (capacity + 1) the values, of which the newest takes the place of the oldest; then how many there have been. */
  readonly state: Float64Array;
  readonly #capacity: number;

  /** @param capacity values that are kept */
  constructor(capacity: number) {
    this.#capacity = capacity;
    this.state = new Float64Array(capacity + 1);
  }

  /** Values that are kept now. */
  get size(): number {
    return Math.min(this.#capacity, this.state[this.#capacity]);
  }

  get isFull(): boolean {
    return this.state[this.#capacity] >= this.#capacity;
  }

  /** (size) what is kept, in order of index, not of age: a view, which the next `add` changes. */
  get values(): Float64Array {
    return this.state.subarray(0, this.size);
  }

  /** The value that the next `add` replaces; NaN while there is room. */
  get oldest(): number {
    return this.isFull ? this.state[this.#next] : Number.NaN;
  }

  /** (size) a copy of what is kept, the oldest first. */
  byAge(): Float64Array {
    const sorted = new Float64Array(this.size);
    const from = this.isFull ? this.#next : 0;
    sorted.set(this.state.subarray(from, this.size));
    sorted.set(this.state.subarray(0, from), this.size - from);
    return sorted;
  }

  /** Mean of what is kept; 0 if empty. */
  get mean(): number {
    let sum = 0;
    for (let k = 0; k < this.size; k++) sum += this.state[k];
    return this.size === 0 ? 0 : sum / this.size;
  }

  /** What the mean would be with `value` in it. Pure. */
  meanWith(value: number): number {
    const room = !this.isFull;
    const kept = this.size;
    const leaving = room ? -1 : this.#next;
    let sum = value;
    for (let k = 0; k < kept; k++) if (k !== leaving) sum += this.state[k];
    return sum / (room ? kept + 1 : kept);
  }

  add(value: number): void {
    this.state[this.#next] = value;
    this.state[this.#capacity]++;
  }

  get #next(): number {
    return this.state[this.#capacity] % this.#capacity;
  }
}
