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
  /** The lowest bin above which, it included, lies less than the share; one past the last bin if none does. */
  bin = 0;
  /** Hits from `bin` on. */
  hits = 0;
  readonly #start: Histogram;
  readonly #share: number;

  constructor(start: Histogram, share: number) {
    this.#start = start;
    this.#share = share;
  }

  /** Starts at the top. @param total all hits, and what the bins hold without them */
  scan(hits: Counts, total: number): void {
    this.bin = hits.length;
    this.hits = 0;
    this.#settle(hits, this.#share * total);
  }

  /** Updates for one more hit of the bin `grown`. `hits` and `total` as in `scan`, after the change. */
  follow(hits: Counts, grown: number, total: number): void {
    if (grown >= this.bin) this.hits++;
    this.#settle(hits, this.#share * total);
  }

  #settle(hits: Counts, goal: number): void {
    const { counts, above } = this.#start;
    let { bin, hits: sum } = this;
    while (bin < hits.length && sum + above[bin] + counts[bin] >= goal) sum -= hits[bin++];
    for (; bin > 0; bin--) {
      const next = sum + hits[bin - 1];
      if (!(next + above[bin - 1] + counts[bin - 1] < goal)) break;
      sum = next;
    }
    this.bin = bin;
    this.hits = sum;
  }
}
