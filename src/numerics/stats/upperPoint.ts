/** Whole numbers in as few bytes as hold them. */
export type Counts = Uint8Array | Uint16Array | Uint32Array;

/** What the bins of a histogram hold before the first hit. */
export interface Histogram {
  /** (bins) */
  readonly counts: Float64Array;
  /** (bins) sum of the counts of the bins above each. */
  readonly above: Float64Array;
}

export function histogram(counts: Float64Array): Histogram {
  const above = new Float64Array(counts.length);
  for (let bin = counts.length - 2; bin >= 0; bin--) above[bin] = above[bin + 1] + counts[bin + 1];
  return { counts, above };
}

/**
 * The point of a growing histogram above which less than a given share lies, followed from hit to hit. It depends on the
 * hits alone, not on their order: these are whole numbers, whose sums are exact.
 */
export class UpperPoint {
  readonly #counts: Float64Array; // (bins) before the first hit
  readonly #above: Float64Array;
  readonly #share: number;
  readonly #state: Float64Array | Uint32Array;
  readonly #at: number;

  /**
   * @param start what is in the bins before the first hit
   * @param state room for two numbers, from `at` on
   */
  constructor(
    start: Histogram,
    share: number,
    state: Float64Array | Uint32Array = new Float64Array(2),
    at = 0,
  ) {
    this.#counts = start.counts;
    this.#above = start.above;
    this.#share = share;
    this.#state = state;
    this.#at = at;
  }

  /** The lowest bin above which, it included, lies less than the share; one past the last bin if none does. */
  get bin(): number {
    return this.#state[this.#at] | 0; // an integer to index with, not a float
  }

  /** Hits from `bin` on. */
  get hits(): number {
    return this.#state[this.#at + 1];
  }

  /** Starts at the top. @param total all hits, and what the bins hold without them */
  scan(hits: Counts, total: number): void {
    this.#state[this.#at] = hits.length;
    this.#state[this.#at + 1] = 0;
    this.#settle(hits, this.#share * total);
  }

  /** Updates for one more hit of the bin `grown`. `hits` and `total` as in `scan`, after the change. */
  follow(hits: Counts, grown: number, total: number): void {
    if (grown >= this.#state[this.#at]) this.#state[this.#at + 1]++;
    this.#settle(hits, this.#share * total);
  }

  #settle(hits: Counts, goal: number): void {
    const counts = this.#counts;
    const above = this.#above;
    const state = this.#state;
    const at = this.#at;
    let bin = state[at] | 0;
    let sum = state[at + 1];
    while (bin < hits.length && sum + above[bin] + counts[bin] >= goal) sum -= hits[bin++];
    for (; bin > 0; bin--) {
      const next = sum + hits[bin - 1];
      if (!(next + above[bin - 1] + counts[bin - 1] < goal)) break;
      sum = next;
    }
    state[at] = bin;
    state[at + 1] = sum;
  }
}
