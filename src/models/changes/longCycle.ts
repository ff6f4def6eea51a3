/** A stream in buckets of some events each, oldest first. */
export interface Buckets {
  /** (N) where each begins: milliseconds, or events where there are no times. */
  readonly begins: Float64Array;
  /** (N) the mean of each. */
  readonly x: Float64Array;
  /** Distance of two beginnings, as most are. */
  readonly width: number;
}

/** What a long cycle leaves of a stream, and the cycle. */
export interface Deseasoned {
  /** Buckets of a period. */
  readonly period: number;
  /** (N) The values without the cycle; before `to` each is compared with other visits of its phase only. */
  readonly rest: Float64Array;
  /** (N) The cycle at each bucket, with a mean of 0. */
  readonly wave: Float64Array;
  /** Share of the mean distance from the level that is left before `to`. */
  readonly left: number;
}

/** Visits of each phase, at the least. */
const VISITS = 2;

/**
 * The stream without a cycle of the given length, which is known of what was before `to` alone: what changes later is in the rest.
 *
 * @param length in the unit of the beginnings
 * @returns undefined where the cycle has not been seen often enough
 */
export function deseason({ begins, x, width }: Buckets, to: number, length: number): Deseasoned | undefined {
  const period = Math.round(length / width);
  if (to < 2 || begins[to - 1] + width - begins[0] < VISITS * length - width / 2) return undefined;
  const n = x.length;
  const flat = withoutLevel(x, to, period);
  const [sums, visits] = [new Float64Array(period), new Float64Array(period)];
  const phases = new Int32Array(n);
  for (let i = 0; i < n; i++) {
    const turns = (begins[i] - begins[0]) / length;
    const phase = Math.floor((turns - Math.floor(turns)) * period + 0.5);
    const p = phase === period ? 0 : phase;
    phases[i] = p;
    if (i >= to) continue;
    sums[p] += flat[i];
    visits[p]++;
  }
  let [mean, known] = [0, 0];
  const shape = new Float64Array(period);
  for (let p = 0; p < period; p++) {
    if (visits[p] === 0) continue;
    shape[p] = sums[p] / visits[p];
    mean += shape[p];
    known++;
  }
  if (known < 0.9 * period) return undefined;
  mean /= known;
  const [rest, wave] = [new Float64Array(n), new Float64Array(n)];
  let [left, all] = [0, 0];
  for (let i = 0; i < n; i++) {
    const p = phases[i];
    wave[i] = visits[p] === 0 ? 0 : shape[p] - mean;
    if (i >= to) {
      rest[i] = x[i] - wave[i];
      continue;
    }
    // As if this visit had no part in the mean of its phase.
    const own = flat[i] - shape[p];
    const others = visits[p] > 1 ? own / (visits[p] - 1) : -shape[p];
    rest[i] = x[i] - wave[i] + others;
    left += Math.abs(own + others);
    all += Math.abs(flat[i]);
  }
  return all > 0 ? { period, rest, wave, left: left / all } : undefined;
}

/** The values without their mean over a period around them; those from `to` on by themselves. */
export function withoutLevel(x: Float64Array, to: number, period: number): Float64Array {
  const flat = new Float64Array(x.length);
  for (const [from, end] of [
    [0, to],
    [to, x.length],
  ]) {
    const size = Math.min(period, end - from);
    let sum = 0; // of the values about i, less the first one of all
    for (let i = from; i < from + size; i++) sum += x[i] - x[0];
    let begin = from;
    for (let i = from; i < end; i++) {
      if (i - (size >> 1) > begin && begin + size < end) {
        sum += x[begin + size] - x[begin];
        begin++;
      }
      flat[i] = x[i] - x[0] - sum / size;
    }
  }
  return flat;
}

/**
 * The length of the cycle of a stream without times, in buckets: the lag at which they differ least (YIN: de Cheveigné & Kawahara 2002), made
 * exact by its multiples; 0 without one.
 */
export function longPeriodOf(x: Float64Array, shortest: number): number {
  const n = x.length;
  const most = Math.floor(n / 2.5);
  if (most < shortest) return 0;
  const differences = new Float64Array(most + 1);
  let [sum, best, least] = [0, 0, 1];
  for (let lag = 1; lag <= most; lag++) {
    let difference = 0;
    for (let i = lag; i < n; i++) difference += Math.abs(x[i] - x[i - lag]);
    differences[lag] = difference / (n - lag);
    sum += differences[lag];
    if (lag < shortest || !(sum > 0)) continue;
    const normalised = (differences[lag] * lag) / sum;
    if (normalised >= least) continue;
    [least, best] = [normalised, lag];
  }
  if (best === 0 || least > 0.7) return 0;
  let exact = best;
  for (let k = 2; k * exact + k <= most; k *= 2) {
    const near = Math.round(k * exact);
    let nearest = near;
    for (let lag = near - k; lag <= near + k; lag++)
      if (lag >= 1 && lag <= most && differences[lag] < differences[nearest]) nearest = lag;
    exact = nearest / k;
  }
  return exact;
}
