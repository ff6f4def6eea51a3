import { exp } from '../../core/math/exp.ts';
import { log, log10 } from '../../core/math/log.ts';
import { pooled, pooledOf } from '../pooled.ts';
import { type Counts, type Histogram, histogram, UpperPoint } from './upperPoint.ts';

/** How finely a {@link TailModel} distinguishes statistics: `'coarse'` takes a seventh of the memory, always the same. */
export type TailResolution = 'fine' | 'coarse';

/**
 * How improbable a non-negative statistic is, given its past: r = −log10 p.
 *
 * The bulk is a histogram of L = ln(s + 0.05). Beyond its upper 3 % point the tail is exponential in L, that is a power
 * law in s, fitted to declustered peaks over the threshold (Pickands 1975; Ferro & Segers 2003 for the declustering;
 * the exponential is the generalised Pareto of shape 0). Pseudo-counts of an exponential distribution stand in while
 * little has been seen. Score first, then learn.
 *
 * `'fine'` has bins of 0.05, and counts grow from one to four bytes. `'coarse'` has bins of 0.2 and two bytes a count; when one
 * is full all are halved, so that the past fades.
 */
export class TailModel {
  readonly #bins: Bins;
  /** (bins) how often each was hit. */
  #hits: Counts;
  /** (5) hits, peaks, sum of peak excesses, excess of the open cluster, records since it. */
  readonly #figures: Float64Array = pooledOf(0, 0, 0, 0, GAP);
  readonly #tail: UpperPoint;
  readonly #median: UpperPoint;
  readonly #priorDecay: number;
  #statistic: number = Number.NaN; // newest
  #level = Number.NaN; // of it
  #bin = 0; // of it

  /** @param decay of the prior tail, above 0: a power law of exponent 1 / decay */
  constructor(decay: number = DECAY, resolution: TailResolution = 'fine') {
    const bins = BINS[resolution];
    this.#bins = bins;
    this.#hits = pooled<Counts>(bins.count, resolution === 'fine' ? Uint8Array : Uint16Array);
    // Coarse counts are halved long before their sum has 32 bits.
    const derived = resolution === 'fine' ? pooled(4) : pooled(4, Uint32Array);
    this.#tail = new UpperPoint(bins.prior, TAIL, derived, 0);
    this.#median = new UpperPoint(bins.prior, 0.5, derived, 2);
    this.#priorDecay = decay;
    this.refresh();
  }

  /** Whether its memory stays as large as it is at the beginning. */
  get isConstant(): boolean {
    return this.#bins === BINS.coarse;
  }

  /** What it remembers, to be packed. */
  get state(): this {
    return this;
  }

  /** Nothing has to be done after `prepare`. */
  refresh(): void {
    const weight = this.#figures[TOTAL] + PSEUDO_COUNTS;
    this.#tail.scan(this.#hits, weight);
    this.#median.scan(this.#hits, weight);
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
    const { count: most } = this.#bins;
    if (!isCounts(hits) || hits.length > most || first !== most - hits.length) return undefined;
    if (this.isConstant && !(hits instanceof Uint16Array)) return undefined;
    if (!(figures instanceof Float64Array)) return undefined;
    let total = 0;
    for (const count of hits) total += count;
    if (total !== figures[TOTAL] || !isPossible(figures, this.#bins)) return undefined;
    return () => {
      if (this.isConstant) this.#hits.fill(0).set(hits, first);
      else this.#hits = shifted(hits, first, most);
      this.#figures.set(figures);
      this.#statistic = Number.NaN;
      this.refresh();
    };
  }

  /** Whether the numbers in its vectors are possible, where others have written to these; what follows from them is then right. */
  renew(): boolean {
    const hits = this.#hits;
    let total = 0;
    for (let bin = 0; bin < hits.length; bin++) total += hits[bin];
    if (total !== this.#figures[TOTAL] || !isPossible(this.#figures, this.#bins)) return false;
    this.#statistic = Number.NaN;
    this.refresh();
    return true;
  }

  /** Forgets all but so many statistics' worth of what was learnt: the shape of the tail stays, its weight does not. */
  fade(kept: number): void {
    const figures = this.#figures;
    const share = Math.min(1, kept / Math.max(1, figures[TOTAL]));
    let total = 0;
    for (let bin = 0; bin < this.#hits.length; bin++) {
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
    if (statistic !== this.#statistic) this.#place(statistic);
    const bin = this.#bin;
    const tail = this.#tail.bin;
    if (bin < tail) return -log10(this.#upperShare(bin));
    const rate = (figures[PEAKS] + 1.18) / (seen + 1);
    // No more probable than the bin below, or a larger statistic could be the less surprising one.
    const atThreshold = Math.min(rate, this.#upperShare(tail - 1));
    return (this.#level - this.#edge(tail)) / this.decay / Math.LN10 - log10(atThreshold);
  }

  /** How heavy the tail is: a power law of exponent 1 / decay. */
  get decay(): number {
    const figures = this.#figures;
    return (figures[EXCESS] + this.#priorDecay * PEAKS_OF_PRIOR) / (figures[PEAKS] + PEAKS_OF_PRIOR);
  }

  learn(statistic: number): void {
    if (statistic !== this.#statistic) this.#place(statistic);
    const bin = this.#bin;
    const tail = this.#tail.bin;
    const figures = this.#figures;
    if (bin >= tail) {
      if (figures[QUIET] >= GAP) {
        figures[PEAKS]++;
        figures[OPEN] = 0;
      }
      const growth = Math.max(0, this.#level - this.#edge(tail) - figures[OPEN]);
      figures[EXCESS] += growth;
      figures[OPEN] += growth;
      figures[QUIET] = 0;
    } else {
      figures[QUIET]++;
    }
    if (this.isConstant && this.#hits[bin] === FULL) this.fade(figures[TOTAL] / 2);
    const hits = ++this.#hits[bin];
    if (this.#hits[bin] !== hits) this.#widen(bin, hits);
    const weight = ++figures[TOTAL] + PSEUDO_COUNTS;
    this.#tail.follow(this.#hits, bin, weight);
    this.#median.follow(this.#hits, bin, weight);
  }

  /** Median of ln(s + 0.05) so far. */
  medianLevel(): number {
    return this.#edge(this.#median.bin - 1);
  }

  /** A count has become too large for its bytes. */
  #widen(bin: number, hits: number): void {
    this.#hits = wider(this.#hits);
    this.#hits[bin] = hits;
  }

  /** Works out level and bin of a statistic: learning it needs the same as its surprise. */
  #place(statistic: number): void {
    const { lowest, width, count } = this.#bins;
    this.#statistic = statistic;
    this.#level = Math.min(HIGHEST, log(Math.max(statistic, RESOLUTION) + RESOLUTION));
    this.#bin = Math.max(0, Math.min(count - 1, Math.floor((this.#level - lowest) / width)));
  }

  #edge(bin: number): number {
    return this.#bins.lowest + bin * this.#bins.width;
  }

  /** Share of all in `own`, below the tail, or above; the bin itself counts half, so that an ordinary value is not the rarest. */
  #upperShare(own: number): number {
    const hits = this.#hits;
    // Whole numbers: the sum is the same from wherever it starts, and faster as one of integers.
    const known = own < this.#median.bin ? this.#median : this.#tail;
    let between = 0;
    for (let bin = own + 1; bin < known.bin; bin++) between += hits[bin];
    const above = known.hits + between;
    const { prior } = this.#bins;
    const share = 0.5 * (prior.counts[own] + hits[own]) + 0.5 + prior.above[own] + above;
    return Math.min(1, share / (this.#figures[TOTAL] + PSEUDO_COUNTS + 0.5));
  }
}

/** Whether there can be such figures. */
function isPossible(figures: Float64Array, { lowest, count }: Bins): boolean {
  const reach = HIGHEST - lowest; // no excess is larger
  const [total, peaks, excess, open, quiet] = figures;
  return (
    figures.length === FIGURES &&
    figures.every((figure) => figure >= 0) && // and not NaN
    peaks <= total + count / 2 && // `fade` rounds the counts
    excess <= 1.001 * reach * peaks &&
    open <= reach &&
    Number.isSafeInteger(quiet)
  );
}

/** The bins of L. Beyond the last one all count as in it. */
interface Bins {
  readonly lowest: number;
  readonly width: number;
  readonly count: number;
  /** Their pseudo-counts. */
  readonly prior: Histogram;
}

const RESOLUTION = 0.05; // smaller statistics are not distinguished: on a constant stream they are rounding
const HIGHEST = 9; // not distinguished beyond, or one absurd value would flatten the tail for good
const FULL = 65_535;
const TAIL = 0.03;
const PSEUDO_COUNTS = 20;
const MINIMUM = 50;
const DECAY = 0.25; // exponent 4, as latencies have
const PEAKS_OF_PRIOR = 10; // that the prior counts as
const GAP = 5; // records below the threshold that separate two peaks
const FIGURES = 5;
const TOTAL = 0;
const PEAKS = 1;
const EXCESS = 2;
const OPEN = 3;
const QUIET = 4;

/** Exp(1) in terms of L. */
function exponentialCdf(level: number): number {
  return 1 - exp(-Math.max(0, exp(level) - RESOLUTION));
}

function binsOf(lowest: number, width: number, count: number): Bins {
  const edge = (bin: number): number => lowest + bin * width;
  const counts = Float64Array.from(
    { length: count },
    (_, bin) => PSEUDO_COUNTS * (exponentialCdf(edge(bin + 1)) - exponentialCdf(edge(bin))),
  );
  return { lowest, width, count, prior: histogram(counts) };
}

/** From below ln 2·0.05. The fine ones reach to `HIGHEST`, the coarse ones to s = 24. */
const BINS: Readonly<Record<TailResolution, Bins>> = {
  fine: binsOf(-3, 0.05, 240),
  coarse: binsOf(-2.4, 0.2, 28),
};

function isCounts(value: unknown): value is Counts {
  return value instanceof Uint8Array || value instanceof Uint16Array || value instanceof Uint32Array;
}

/** The same counts, with room for larger ones. */
function wider(hits: Counts): Counts {
  return hits instanceof Uint8Array ? new Uint16Array(hits) : new Uint32Array(hits);
}

/** (bins) `hits`, behind so many bins that were not hit. */
function shifted(hits: Counts, first: number, bins: number): Counts {
  const all = new (hits.constructor as new (length: number) => Counts)(bins);
  all.set(hits, first);
  return all;
}
