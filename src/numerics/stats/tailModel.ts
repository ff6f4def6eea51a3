import { UpperPoint } from './upperPoint.ts';

/**
 * How improbable a non-negative statistic is, given its past: r = −log10 p.
 *
 * The bulk is a histogram of L = ln(s + 0.05). Beyond its upper 3 % point the tail is exponential in L, that is a power
 * law in s, fitted to declustered peaks over the threshold (Pickands 1975; Ferro & Segers 2003 for the declustering;
 * the exponential is the generalised Pareto of shape 0). Pseudo-counts of an exponential distribution stand in while
 * little has been seen. Memory is constant. Score first, then learn.
 */
export class TailModel {
  /**
   * Histogram counts, then total, peaks, sum of peak excesses, excess of the open cluster, records since it. Call
   * `refresh` after writing to it.
   */
  readonly state: Float64Array;
  // Derived from the state, cached because an event reads it several times.
  readonly #tail: UpperPoint;
  readonly #median: UpperPoint;
  #end = 0; // bins from here on are empty
  #statistic: number = Number.NaN; // newest
  #level = 0; // of it

  constructor() {
    this.state = new Float64Array(BINS + 5);
    this.state.set(PRIOR);
    this.state[QUIET] = GAP;
    this.#tail = new UpperPoint(this.state, TAIL);
    this.#median = new UpperPoint(this.state, 0.5);
    this.refresh();
  }

  /** Call after writing to `state`. */
  refresh(): void {
    this.#end = BINS;
    while (this.#end > 0 && this.state[this.#end - 1] === 0) this.#end--;
    this.#tail.scan(this.#end, this.#weight);
    this.#median.scan(this.#end, this.#weight);
  }

  /** The state in few bytes: how often each bin was hit, whole numbers, and what follows the counts. `prepare` takes it. */
  pack(): readonly Float64Array[] {
    const hits = new Float64Array(BINS);
    for (let bin = 0; bin < BINS; bin++) {
      hits[bin] = Math.round(this.state[bin] - PRIOR[bin]);
      if (grown(PRIOR[bin], hits[bin]) !== this.state[bin]) return [this.state.slice()]; // written by someone else
    }
    return [hits, this.state.slice(BINS)];
  }

  /** What puts back what `pack` gave, and calls `refresh`; undefined where it is nothing that `pack` gives. */
  prepare(packed: unknown): (() => void) | undefined {
    if (!Array.isArray(packed) || !packed.every((part) => part instanceof Float64Array)) return undefined;
    const next = new Float64Array(BINS + 5);
    const [hits, rest] = packed as readonly (Float64Array | undefined)[];
    if (packed.length === 1 && hits?.length === next.length) {
      next.set(hits);
    } else if (packed.length === 2 && hits?.length === BINS && rest?.length === 5) {
      for (let bin = 0; bin < BINS; bin++) {
        if (!(Number.isSafeInteger(hits[bin]) && hits[bin] >= 0)) return undefined;
        next[bin] = grown(PRIOR[bin], hits[bin]);
      }
      next.set(rest, BINS);
    } else return undefined;
    if (!isPossible(next)) return undefined;
    return () => {
      this.state.set(next);
      this.#statistic = Number.NaN;
      this.refresh();
    };
  }

  /** Forgets all but so many statistics' worth of what was learnt: the shape of the tail stays, its weight does not. */
  fade(kept: number): void {
    const { state } = this;
    const share = Math.min(1, kept / Math.max(1, state[TOTAL]));
    let total = 0;
    for (let bin = 0; bin < BINS; bin++) {
      const hits = Math.round(share * (state[bin] - PRIOR[bin]));
      state[bin] = grown(PRIOR[bin], hits);
      total += hits;
    }
    state[TOTAL] = total;
    state[PEAKS] *= share;
    state[EXCESS] *= share;
    state[OPEN] = 0;
    state[QUIET] = GAP;
    this.refresh();
  }

  /** Statistics learnt. */
  get seen(): number {
    return this.state[TOTAL];
  }

  /** −log10 of the probability of `statistic` or more; 0 until 50 were seen. Pure. */
  surprise(statistic: number): number {
    const seen = this.state[TOTAL];
    if (seen < MINIMUM) return 0;
    const level = this.#levelOf(statistic);
    const bin = binOf(level);
    const tail = this.#tail.bin;
    if (bin < tail) return -Math.log10(this.#upperShare(bin));
    const peaks = this.state[PEAKS];
    const decay = (this.state[EXCESS] + 1.5) / (peaks + 10); // shrunk towards 0.15 while peaks are few
    const rate = (peaks + 1.18) / (seen + 1);
    // No more probable than the bin below, or a larger statistic could be the less surprising one.
    const atThreshold = Math.min(rate, this.#upperShare(tail - 1));
    return (level - edge(tail)) / decay / Math.LN10 - Math.log10(atThreshold);
  }

  learn(statistic: number): void {
    const level = this.#levelOf(statistic);
    const bin = binOf(level);
    const tail = this.#tail.bin;
    const state = this.state;
    if (bin >= tail) {
      if (state[QUIET] >= GAP) {
        state[PEAKS]++;
        state[OPEN] = 0;
      }
      const growth = Math.max(0, level - edge(tail) - state[OPEN]);
      state[EXCESS] += growth;
      state[OPEN] += growth;
      state[QUIET] = 0;
    } else {
      state[QUIET]++;
    }
    state[bin]++;
    state[TOTAL]++;
    this.#end = Math.max(this.#end, bin + 1);
    this.#tail.follow(bin, this.#end, this.#weight);
    this.#median.follow(bin, this.#end, this.#weight);
  }

  /** Median of ln(s + 0.05) so far. */
  medianLevel(): number {
    return edge(this.#median.bin - 1);
  }

  get #weight(): number {
    return this.state[TOTAL] + PSEUDO_COUNTS;
  }

  #levelOf(statistic: number): number {
    if (statistic !== this.#statistic) {
      this.#statistic = statistic;
      this.#level = logLevel(statistic);
    }
    return this.#level;
  }

  /** Share of all in `own` or above; the bin itself counts half, so that an ordinary value is not the rarest. */
  #upperShare(own: number): number {
    const { state } = this;
    const end = this.#end;
    let above = 0.5 * state[own] + 0.5;
    for (let bin = own + 1; bin < end; bin++) above += state[bin];
    return Math.min(1, above / (this.state[TOTAL] + PSEUDO_COUNTS + 0.5));
  }
}

/** Whether there can be such a state. */
function isPossible(state: Float64Array): boolean {
  for (const number of state) if (!(number >= 0 && number <= Number.MAX_SAFE_INTEGER)) return false;
  const total = state[TOTAL];
  let hits = 0;
  for (let bin = 0; bin < BINS; bin++) hits += state[bin] - PRIOR[bin];
  const reach = BINS * WIDTH; // no excess is larger
  return (
    [total, state[QUIET]].every(Number.isInteger) &&
    Math.abs(hits - total) <= 1e-6 * (1 + total) &&
    state[PEAKS] <= total + BINS / 2 && // `fade` rounds the counts
    state[EXCESS] <= 1.001 * reach * state[PEAKS] &&
    state[OPEN] <= reach
  );
}

const WIDTH = 0.05;
const RESOLUTION = 0.05; // smaller statistics are not distinguished: on a constant stream they are rounding
const LOWEST = -3; // below ln 2·0.05
const BINS = 240; // up to ln s = 9; not distinguished beyond, or one absurd value would flatten the tail for good
const TAIL = 0.03;
const PSEUDO_COUNTS = 20;
const MINIMUM = 50;
const GAP = 5; // records below the threshold that separate two peaks
const TOTAL = BINS;
const PEAKS = BINS + 1;
const EXCESS = BINS + 2;
const OPEN = BINS + 3;
const QUIET = BINS + 4;

function logLevel(statistic: number): number {
  return Math.min(edge(BINS), Math.log(Math.max(statistic, RESOLUTION) + RESOLUTION));
}

function binOf(level: number): number {
  return Math.max(0, Math.min(BINS - 1, Math.floor((level - LOWEST) / WIDTH)));
}

function edge(bin: number): number {
  return LOWEST + bin * WIDTH;
}

/** Exp(1) in terms of L. */
function exponentialCdf(level: number): number {
  return 1 - Math.exp(-Math.max(0, Math.exp(level) - RESOLUTION));
}

/** (240) the pseudo-counts. */
const PRIOR = Float64Array.from(
  { length: BINS },
  (_, bin) => PSEUDO_COUNTS * (exponentialCdf(edge(bin + 1)) - exponentialCdf(edge(bin))),
);

/** `start` with 1 added so many times, bit for bit: what is added up is rounded only where it passes a power of two. */
function grown(start: number, times: number): number {
  let value = start;
  let left = times;
  for (let limit = 1; left > 0; limit *= 2) {
    if (value >= limit) continue;
    const steps = Math.ceil(limit - value);
    if (left < steps) return value + left;
    value = value + (steps - 1) + 1;
    left -= steps;
  }
  return value;
}
