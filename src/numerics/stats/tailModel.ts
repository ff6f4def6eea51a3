import { pooled, pooledOf } from '../pooled.ts';
import { type Counts, type Histogram, histogram, UpperPoint } from './upperPoint.ts';

/**
 * How improbable a non-negative statistic is, given its past: r = −log10 p.
 *
 * The bulk is a histogram of L = ln(s + 0.05). Beyond its upper 3 % point the tail is exponential in L, that is a power
 * law in s, fitted to declustered peaks over the threshold (Pickands 1975; Ferro & Segers 2003 for the declustering;
 * the exponential is the generalised Pareto of shape 0). Pseudo-counts of an exponential distribution stand in while
 * little has been seen. Memory is constant. Score first, then learn.
 */
export class TailModel {
  /** (240) how often each bin was hit. */
  #hits: Counts = pooled(BINS, Uint8Array);
  /** (5) hits, peaks, sum of peak excesses, excess of the open cluster, records since it. */
  readonly #figures: Float64Array = pooledOf(0, 0, 0, 0, GAP);
  // Derived from these.
  readonly #tail: UpperPoint = new UpperPoint(PRIOR, TAIL);
  readonly #priorDecay: number;
  readonly #median: UpperPoint = new UpperPoint(PRIOR, 0.5);
  #statistic: number = Number.NaN; // newest
  #level = 0; // of it

  /** @param decay of the prior tail, above 0: a power law of exponent 1 / decay */
  constructor(decay: number = DECAY) {
    this.#priorDecay = decay;
    this.refresh();
  }

  /** What it remembers, to be packed. */
  get state(): this {
    return this;
  }

  /** Nothing has to be done after `prepare`. */
  refresh(): void {
    this.#tail.scan(this.#hits, this.#weight);
    this.#median.scan(this.#hits, this.#weight);
  }

  /** A copy of the state in few bytes: the first bin that was hit, the hits from there on, the other figures. */
  pack(): readonly [number, Counts, Float64Array] {
    const first = Math.max(
      0,
      this.#hits.findIndex((hits) => hits > 0),
    );
    return [first, this.#hits.slice(first), this.#figures.slice()];
  }

  /** What puts back what `pack` gave; undefined where it is nothing that `pack` gives. */
  prepare(packed: unknown): (() => void) | undefined {
    if (!Array.isArray(packed) || packed.length !== 3) return undefined;
    const [first, hits, figures] = packed;
    if (!isCounts(hits) || hits.length > BINS || first !== BINS - hits.length) return undefined;
    if (!(figures instanceof Float64Array)) return undefined;
    let total = 0;
    for (const count of hits) total += count;
    if (total !== figures[TOTAL] || !isPossible(figures)) return undefined;
    return () => {
      this.#hits = hits.length === BINS ? hits.slice() : shifted(hits, first);
      this.#figures.set(figures);
      this.#statistic = Number.NaN;
      this.refresh();
    };
  }

  /** Forgets all but so many statistics' worth of what was learnt: the shape of the tail stays, its weight does not. */
  fade(kept: number): void {
    const figures = this.#figures;
    const share = Math.min(1, kept / Math.max(1, figures[TOTAL]));
    let total = 0;
    for (let bin = 0; bin < BINS; bin++) {
      this.#hits[bin] = Math.round(share * this.#hits[bin]);
      total += this.#hits[bin];
    }
    figures[TOTAL] = total;
    figures[PEAKS] *= share;
    figures[EXCESS] *= share;
    figures[OPEN] = 0;
    figures[QUIET] = GAP;
    this.refresh();
  }

  /** Statistics learnt. */
  get seen(): number {
    return this.#figures[TOTAL];
  }

  /** −log10 of the probability of `statistic` or more; 0 until 50 were seen. Pure. */
  surprise(statistic: number): number {
    const figures = this.#figures;
    const seen = figures[TOTAL];
    if (seen < MINIMUM) return 0;
    const level = this.#levelOf(statistic);
    const bin = binOf(level);
    const tail = this.#tail.bin;
    if (bin < tail) return -Math.log10(this.#upperShare(bin));
    const rate = (figures[PEAKS] + 1.18) / (seen + 1);
    // No more probable than the bin below, or a larger statistic could be the less surprising one.
    const atThreshold = Math.min(rate, this.#upperShare(tail - 1));
    return (level - edge(tail)) / this.decay / Math.LN10 - Math.log10(atThreshold);
  }

  /** How heavy the tail is: a power law of exponent 1 / decay. */
  get decay(): number {
    const figures = this.#figures;
    return (figures[EXCESS] + this.#priorDecay * PEAKS_OF_PRIOR) / (figures[PEAKS] + PEAKS_OF_PRIOR);
  }

  learn(statistic: number): void {
    const level = this.#levelOf(statistic);
    const bin = binOf(level);
    const tail = this.#tail.bin;
    const figures = this.#figures;
    if (bin >= tail) {
      if (figures[QUIET] >= GAP) {
        figures[PEAKS]++;
        figures[OPEN] = 0;
      }
      const growth = Math.max(0, level - edge(tail) - figures[OPEN]);
      figures[EXCESS] += growth;
      figures[OPEN] += growth;
      figures[QUIET] = 0;
    } else {
      figures[QUIET]++;
    }
    const hits = ++this.#hits[bin];
    if (this.#hits[bin] !== hits) this.#widen(bin, hits);
    figures[TOTAL]++;
    this.#tail.follow(this.#hits, bin, this.#weight);
    this.#median.follow(this.#hits, bin, this.#weight);
  }

  /** Median of ln(s + 0.05) so far. */
  medianLevel(): number {
    return edge(this.#median.bin - 1);
  }

  /** A count has become too large for its bytes. */
  #widen(bin: number, hits: number): void {
    this.#hits = wider(this.#hits);
    this.#hits[bin] = hits;
  }

  get #weight(): number {
    return this.#figures[TOTAL] + PSEUDO_COUNTS;
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
    const hits = this.#hits;
    // Whole numbers: the sum is the same from wherever it starts.
    const known = own < this.#median.bin ? this.#median : this.#tail;
    let above = known.hits;
    for (let bin = own + 1; bin < known.bin; bin++) above += hits[bin];
    for (let bin = known.bin; bin <= own; bin++) above -= hits[bin];
    const share = 0.5 * (PRIOR.counts[own] + hits[own]) + 0.5 + PRIOR.above[own] + above;
    return Math.min(1, share / (this.#figures[TOTAL] + PSEUDO_COUNTS + 0.5));
  }
}

/** Whether there can be such figures. */
function isPossible(figures: Float64Array): boolean {
  const reach = BINS * WIDTH; // no excess is larger
  const [total, peaks, excess, open, quiet] = figures;
  return (
    figures.length === 5 &&
    figures.every((figure) => figure >= 0) && // and not NaN
    peaks <= total + BINS / 2 && // `fade` rounds the counts
    excess <= 1.001 * reach * peaks &&
    open <= reach &&
    Number.isSafeInteger(quiet)
  );
}

const WIDTH = 0.05;
const RESOLUTION = 0.05; // smaller statistics are not distinguished: on a constant stream they are rounding
const LOWEST = -3; // below ln 2·0.05
const BINS = 240; // up to ln s = 9; not distinguished beyond, or one absurd value would flatten the tail for good
const TAIL = 0.03;
const PSEUDO_COUNTS = 20;
const MINIMUM = 50;
const DECAY = 0.25; // exponent 4, as latencies have
const PEAKS_OF_PRIOR = 10; // that the prior counts as
const GAP = 5; // records below the threshold that separate two peaks
const TOTAL = 0;
const PEAKS = 1;
const EXCESS = 2;
const OPEN = 3;
const QUIET = 4;

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

/** The pseudo-counts of 240 bins. */
const PRIOR: Histogram = histogram(
  Float64Array.from(
    { length: BINS },
    (_, bin) => PSEUDO_COUNTS * (exponentialCdf(edge(bin + 1)) - exponentialCdf(edge(bin))),
  ),
);

function isCounts(value: unknown): value is Counts {
  return value instanceof Uint8Array || value instanceof Uint16Array || value instanceof Uint32Array;
}

/** The same counts, with room for larger ones. */
function wider(hits: Counts): Counts {
  return hits instanceof Uint8Array ? new Uint16Array(hits) : new Uint32Array(hits);
}

/** (240) `hits`, behind so many bins that were not hit. */
function shifted(hits: Counts, first: number): Counts {
  const all = new (hits.constructor as new (length: number) => Counts)(BINS);
  all.set(hits, first);
  return all;
}
