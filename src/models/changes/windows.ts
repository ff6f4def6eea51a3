/** The values with the outermost ones drawn in to the 2nd and the 98th percentile. */
export function clipped(y: Float64Array): Float64Array {
  const sorted = y.slice().sort();
  const outside = Math.floor(0.02 * y.length);
  const [low, high] = [sorted[outside], sorted[y.length - 1 - outside]];
  return y.map((value) => Math.min(high, Math.max(low, value)));
}

/** Means of windows, each in constant time. */
export class Means {
  readonly size: number;
  readonly #sums: Float64Array; // of what the values differ from the first one by
  readonly #first: number;

  constructor(y: Float64Array) {
    this.size = y.length;
    this.#first = y[0];
    this.#sums = new Float64Array(y.length + 1);
    for (let t = 0; t < y.length; t++) this.#sums[t + 1] = this.#sums[t] + (y[t] - y[0]);
  }

  /** The mean of y[from … to). */
  of(from: number, to: number): number {
    return this.#first + (this.#sums[to] - this.#sums[from]) / (to - from);
  }
}

/** How a window after a change differs from one before it, and how windows next to each other have differed before. */
export interface Contrast {
  /** Mean after less mean before: of the window next to the change and of all after it the lesser; 0 where they are on different sides. */
  readonly difference: number;
  /** Root mean square of the same between windows before the change. */
  readonly usual: number;
  /** The largest of those. */
  readonly most: number;
}

const FEWEST = 4; // windows before the change

/**
 * What only differs as it always has is no change: autocorrelation, cycles that are too long to be known and random walks are all in the
 * usual difference. Narrow windows show a jump of a walk, wide ones a small step in noise.
 *
 * @param at index of the first value after the change
 * @param width events of a window, or fewer where there are not so many
 */
export function contrast(y: Means, at: number, width: number): Contrast {
  const n = y.size;
  const size = Math.min(width, n - at, Math.floor(at / FEWEST));
  const before = y.of(at - size, at);
  const [near, all] = [y.of(at, at + size) - before, y.of(at, n) - before];
  const lesser = Math.abs(near) < Math.abs(all) ? near : all;
  let [squares, count, most] = [0, 0, 0];
  for (let p = size; p + size <= at; p += Math.max(1, size >> 1)) {
    const past = Math.abs(y.of(p, p + size) - y.of(p - size, p));
    squares += past * past;
    most = Math.max(most, past);
    count++;
  }
  return {
    difference: near * all > 0 ? lesser : 0,
    usual: Math.sqrt(squares / Math.max(1, count)),
    most,
  };
}
