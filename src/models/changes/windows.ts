/** The middle one of y[from … to); the mean of two. */
export function medianOf(y: Float64Array, from = 0, to: number = y.length): number {
  const sorted = y.slice(from, to).sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** The values with the outermost ones drawn in to the 2nd and the 98th percentile. */
export function clipped(y: Float64Array): Float64Array {
  const sorted = y.slice().sort();
  const outside = Math.floor(0.02 * y.length);
  const [low, high] = [sorted[outside], sorted[y.length - 1 - outside]];
  return y.map((value) => Math.min(high, Math.max(low, value)));
}

/** How a window after a change differs from one before it, and how windows have differed before. */
export interface Contrast {
  /** Median after less median before: of the two windows after the change that are nearest to and farthest from it the lesser. */
  readonly difference: number;
  /** Root mean square of the same between windows before the change, or what their noise alone makes of it where that is more. */
  readonly usual: number;
  /** The largest of those. */
  readonly most: number;
}

const LONGEST = 64; // events
const FEWEST = 5; // windows before the change

/**
 * What only differs as it always has is no change: autocorrelation, cycles that are too long to be known and random walks are all in the
 * usual difference.
 *
 * @param y (N)
 * @param at index of the first value after the change
 * @param isGradual whether only the windows farthest apart are compared
 */
export function contrast(y: Float64Array, at: number, isGradual: boolean): Contrast {
  const n = y.length;
  const size = Math.max(4, Math.min(n - at, LONGEST, Math.floor(at / FEWEST)));
  const before = medianOf(y, at - size, at);
  const end = medianOf(y, n - size) - before;
  const start = medianOf(y, at, Math.min(n, at + size)) - before;
  const returned = Math.sign(start) !== Math.sign(end);
  const difference = isGradual || Math.abs(end) < Math.abs(start) ? end : start;
  const gap = isGradual ? n - at - size : 0;
  let [squares, count, most] = [0, 0, 0];
  // Windows as far apart as those that are compared; where too few are, nearer ones, as of a random walk.
  const apart = Math.min(gap, Math.max(0, at - 4 * size));
  const growth = Math.sqrt((1 + gap / size) / (1 + apart / size));
  for (let p = size; p + apart + size <= at; p += Math.max(1, size >> 1)) {
    const past = growth * Math.abs(medianOf(y, p + apart, p + apart + size) - medianOf(y, p - size, p));
    squares += past * past;
    most = Math.max(most, past);
    count++;
  }
  const noise = 1.2533 * noiseOf(y, at) * Math.sqrt(2 / size); // of medians of independent values
  return {
    difference: returned && !isGradual ? 0 : difference,
    usual: Math.max(noise, Math.sqrt(squares / Math.max(1, count))),
    most: Math.max(noise, most),
  };
}

/** Standard deviation of the noise in y[0 … to), from the moves from event to event. */
function noiseOf(y: Float64Array, to: number): number {
  const moves = new Float64Array(Math.max(1, to - 1));
  for (let t = 1; t < to; t++) moves[t - 1] = Math.abs(y[t] - y[t - 1]);
  return (1.4826 * medianOf(moves)) / Math.SQRT2;
}
