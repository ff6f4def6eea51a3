import { type Layout, type RangedVector, ranged, wholeWithin, within } from '../snapshot/vectors.ts';
/**
 * How improbable a non-negative statistic is, given its past, as r = −log10 p, in 28 counters of two bytes and four
 * numbers: small enough for a hundred thousand keys. The equivalent of `TailModel`, with bins four times as wide: the
 * bulk of L = ln(s + 0.05) is a histogram; beyond its upper 3 % point the tail is exponential in L, a power law in s,
 * fitted to declustered peaks (peaks over threshold: Pickands 1975; the exponent is Hill's estimator, 1975; on
 * streams: Siffer, Fouque, Termier & Largouët 2017). When a counter is full all are halved, so that the past fades.
 * Score first, then learn.
 */
export class LightTail {
  /** Peaks, sum of their excesses, excess of the open peak, records for which it stays open. */
  readonly state: Float64Array = new Float64Array(4);
  #counts: Uint16Array = new Uint16Array(LIGHT_TAIL_BINS);
  #at = 0;

  /** The state and its ranges, for a snapshot. */
  get memory(): RangedVector {
    return ranged(this.state, LAYOUT);
  }

  /** Selects the counters in `counts` from `at` on, {@link LIGHT_TAIL_BINS} of them. */
  bind(counts: Uint16Array, at: number): void {
    this.#counts = counts;
    this.#at = at;
  }

  /** −log10 of the probability of `statistic` or more. Pure. */
  surprise(statistic: number): number {
    const level = logLevel(statistic);
    const bin = binOf(level);
    const total = this.#total();
    const tail = this.#upperPoint(TAIL, total);
    if (bin < tail) return -Math.log10(this.#upperShare(bin, total));
    const peaks = this.state[PEAKS];
    const decay = (this.state[EXCESS] + 1.5) / (peaks + 10); // shrunk towards 0.15 while peaks are few
    const rate = (peaks + 1.18) / (total - PSEUDO_COUNTS + 1);
    // No more probable than the bin below, or a larger statistic could be the less surprising one.
    const atThreshold = Math.min(rate, this.#upperShare(tail - 1, total));
    return (level - edge(tail)) / decay / Math.LN10 - Math.log10(atThreshold);
  }

  learn(statistic: number): void {
    const level = logLevel(statistic);
    const bin = binOf(level);
    const tail = this.#upperPoint(TAIL, this.#total());
    const state = this.state;
    if (bin >= tail) {
      if (state[OPEN] === 0) {
        state[PEAKS]++;
        state[HIGHEST] = 0;
      }
      const growth = Math.max(0, level - edge(tail) - state[HIGHEST]);
      state[EXCESS] += growth;
      state[HIGHEST] += growth;
      state[OPEN] = GAP;
    } else if (state[OPEN] > 0) {
      state[OPEN]--;
    }
    if (++this.#counts[this.#at + bin] === FULL) this.#halve();
  }

  /** Median of ln(s + 0.05) so far. */
  medianLevel(): number {
    return edge(this.#upperPoint(0.5, this.#total()) - 0.5);
  }

  #halve(): void {
    for (let bin = 0; bin < LIGHT_TAIL_BINS; bin++) this.#counts[this.#at + bin] >>= 1;
    this.state[PEAKS] /= 2;
    this.state[EXCESS] /= 2;
  }

  #total(): number {
    let total = PSEUDO_COUNTS;
    for (let bin = 0; bin < LIGHT_TAIL_BINS; bin++) total += this.#counts[this.#at + bin];
    return total;
  }

  /** The lowest bin above which, it included, lies less than `share` of all; one past the last bin if none does. */
  #upperPoint(share: number, total: number): number {
    let left = share * total;
    let bin = LIGHT_TAIL_BINS;
    while (left > this.#count(bin - 1)) left -= this.#count(--bin);
    return bin;
  }

  /** Share of all in `own` or above; the bin itself counts half, so that an ordinary value is not the rarest. */
  #upperShare(own: number, total: number): number {
    let above = 0.5 * this.#count(own) + 0.5;
    for (let bin = own + 1; bin < LIGHT_TAIL_BINS; bin++) above += this.#count(bin);
    return Math.min(1, above / (total + 0.5));
  }

  #count(bin: number): number {
    return PRIOR[bin] + this.#counts[this.#at + bin];
  }
}

/** Counters of one tail. */
export const LIGHT_TAIL_BINS = 28;
const WIDTH = 0.2;
const RESOLUTION = 0.05; // smaller statistics are not distinguished: on a constant stream they are rounding
const LOWEST = Math.log(2 * RESOLUTION);
const HIGHEST_LEVEL = 9; // not distinguished beyond, or one absurd value would flatten the tail for good
const TAIL = 0.03;
const PSEUDO_COUNTS = 20;
const GAP = 5; // records below the threshold that separate two peaks
/** A counter never has this: all are halved before. */
export const FULL = 65_535;
const LAYOUT: Layout = [
  [2, within(0, Number.MAX_SAFE_INTEGER)],
  [1, within(0, HIGHEST_LEVEL - LOWEST)],
  [1, wholeWithin(0, GAP)],
];
const PEAKS = 0;
const EXCESS = 1;
const HIGHEST = 2;
const OPEN = 3;
/** Pseudo-counts of an exponential distribution, used while little has been seen. */
const PRIOR = Float64Array.from({ length: LIGHT_TAIL_BINS }, (_, bin) => {
  const upper = bin === LIGHT_TAIL_BINS - 1 ? 1 : exponentialCdf(edge(bin + 1));
  return PSEUDO_COUNTS * (upper - exponentialCdf(edge(bin)));
});

function logLevel(statistic: number): number {
  return Math.min(HIGHEST_LEVEL, Math.log(Math.max(statistic, RESOLUTION) + RESOLUTION));
}

function binOf(level: number): number {
  return Math.max(0, Math.min(LIGHT_TAIL_BINS - 1, Math.floor((level - LOWEST) / WIDTH)));
}

function edge(bin: number): number {
  return LOWEST + bin * WIDTH;
}

/** Exp(1) in terms of L. */
function exponentialCdf(level: number): number {
  return 1 - Math.exp(-Math.max(0, Math.exp(level) - 2 * RESOLUTION));
}
