import { log } from '../../../core/math/log.ts';
import { compress } from '../../scaling/laplaceBand.ts';
import { fields, type State, type Vector } from '../../snapshot/state.ts';
import { prepareVectors, ranged, within } from '../../snapshot/vectors.ts';
import {
  ABSOLUTE,
  AROUND,
  BINS,
  CLOSED,
  COUNT,
  DRIFT,
  ERROR,
  ERROR_FOURTH,
  FIGURES,
  FOURTH,
  GAIN,
  GREATEST,
  KNOWN,
  LARGEST,
  LARGEST_NUMBER,
  LARGEST_VALUE,
  LAYOUT,
  LEVEL,
  OPEN,
  ORIGIN,
  SEEN,
  SQUARE,
  SUM,
  UNIT,
  UNKNOWN,
  USUAL,
  WANDER,
  WRONG,
} from './phaseFigures.ts';

/**
 * The usual values at each phase of a cycle, at the resolution of its bins: the mean, the spread around it, and the usual
 * surprise. A bin is learnt when it is left, so that usual values come from earlier cycles alone. One
 * cycle moves a mean by at most three spreads: a day that is missing does not become the rule. The means are relative to a level,
 * which follows the stream within half a cycle: a trend is no change of the profile (Holt 1957, Winters 1960).
 */
export class PhaseProfile {
  /** Figures of the whole cycle and of the bin that is being visited. */
  readonly figures: Float64Array = new Float64Array(FIGURES);
  readonly #bins: number;
  /** (bins) usual values, in the unit of `figures`. */
  readonly #means: Float32Array;
  /** (bins) spreads around them, once a bin was visited twice. */
  #spreads: Float32Array | undefined;
  /** (2 × bins) visits, up to 255, and usual surprises in 32nds of a decade. */
  readonly #marks: Uint8Array;

  /** @param bins at least 1 */
  constructor(bins: number) {
    this.#bins = bins;
    this.#means = new Float32Array(bins);
    this.#marks = new Uint8Array(2 * bins);
    this.figures[OPEN] = -1;
  }

  /** @throws RxAnomalyError BAD_SNAPSHOT unless `state` is that of a profile of as many bins */
  static restored(bins: number, state: State): PhaseProfile {
    const profile = new PhaseProfile(bins);
    const isPossible = (figures: Vector): boolean =>
      figures[OPEN] < bins && (figures[OPEN] < 0 || figures[COUNT] > 0);
    const { figures, visits, usual, means, spreads } = fields(state, PARTS);
    const marks = profile.#marks;
    const parts = { figures: ranged(profile.figures, LAYOUT, isPossible), visits: marks.subarray(0, bins) };
    prepareVectors(parts, { figures, visits })();
    const [seen, again] = [visitedAtLeast(1, marks, bins), visitedAtLeast(2, marks, bins)];
    const known = {
      usual: new Uint8Array(seen.length),
      means: new Float32Array(seen.length),
      spreads: new Float32Array(again.length),
    };
    const ranges = {
      usual: known.usual,
      means: ranged(known.means, within(-LARGEST_NUMBER, LARGEST_NUMBER)),
      spreads: ranged(known.spreads, within(0, LARGEST_NUMBER)),
    };
    prepareVectors(ranges, { usual, means, spreads })();
    for (let k = 0; k < seen.length; k++) {
      profile.#means[seen[k]] = known.means[k];
      marks[bins + seen[k]] = known.usual[k];
    }
    if (again.length > 0) profile.#spreads = new Float32Array(bins);
    for (let k = 0; k < again.length; k++) profile.#spreads![again[k]] = known.spreads[k];
    return profile;
  }

  /** What is known of the bins that were visited. */
  state(): State {
    const bins = this.#bins;
    const marks = this.#marks;
    const [seen, again] = [visitedAtLeast(1, marks, bins), visitedAtLeast(2, marks, bins)];
    const usual = new Uint8Array(seen.length);
    const means = new Float32Array(seen.length);
    const spreads = new Float32Array(again.length);
    for (let k = 0; k < seen.length; k++) {
      usual[k] = marks[bins + seen[k]];
      means[k] = this.#means[seen[k]];
    }
    for (let k = 0; k < again.length; k++) spreads[k] = this.#spreads![again[k]];
    return { figures: this.figures.slice(), visits: marks.slice(0, bins), usual, means, spreads };
  }

  /** Cycles in which the bin was visited. */
  visits(bin: number): number {
    return this.#marks[bin];
  }

  /** The usual value. */
  mean(bin: number): number {
    const f = this.figures;
    return f[ORIGIN] + f[UNIT] * (this.#means[bin] + f[DRIFT]);
  }

  /** How far a value is above (positive) or below the usual ones of the phases that a cycle is at, early or late as cycles are. */
  off(bin: number, value: number): number {
    const f = this.figures;
    const reach = Math.min(this.#bins >> 3, Math.round(REACH * f[WANDER]));
    if (reach === 0) return value - this.mean(bin);
    const x = (value - f[ORIGIN]) / f[UNIT] - f[DRIFT];
    const means = this.#means;
    let least = x - means[bin];
    for (let away = 1; away <= reach; away++) {
      const before = x - means[(bin - away + this.#bins) % this.#bins];
      const after = x - means[(bin + away) % this.#bins];
      if (least > 0) least = Math.max(0, Math.min(least, before, after));
      else least = Math.min(0, Math.max(least, before, after));
    }
    return f[UNIT] * least;
  }

  /** The mean absolute deviation from it, shrunk to that of all bins while visits to the bin are few. */
  spread(bin: number): number {
    return this.figures[UNIT] * this.#spread(bin);
  }

  /**
   * Whether the profile predicted enough of the variance lately; or of the fourth powers, which pulses and jobs make that
   * rise from the noise but seldom; or how much the values vary, which at night is less than by day.
   */
  get isSkilled(): boolean {
    const f = this.figures;
    return (
      this.skill > SKILLED ||
      share(f[FOURTH], f[ERROR_FOURTH]) > SKILLED_AT_PEAKS ||
      f[GAIN] > SKILLED_AT_SPREADS
    );
  }

  /** Share of the variance that the profile predicted lately, 1 at most. */
  get skill(): number {
    return share(this.figures[SQUARE], this.figures[ERROR]);
  }

  /** Decades of surprise, beyond those at other phases, that are usual at this one or next to it. */
  routine(bin: number): number {
    let most = 0;
    for (let near = bin - 1; near <= bin + 1; near++) {
      const b = (near + this.#bins) % this.#bins;
      const visits = this.visits(b);
      most = Math.max(most, (this.#usual(b) * visits) / (visits + 1));
    }
    return Math.max(0, most - this.figures[USUAL]);
  }

  /**
   * @param value any
   * @param deviation standard deviation of the stream, above 0: the unit in which what is large is bounded
   * @param surprise decades of other evidence at the value; NaN if unknown
   */
  learn(bin: number, value: number, deviation: number, surprise: number): void {
    const f = this.figures;
    if (f[UNIT] === 0) {
      f[ORIGIN] = value;
      f[UNIT] = deviation;
    }
    const x = Math.max(-LARGEST_VALUE, Math.min(LARGEST_VALUE, (value - f[ORIGIN]) / f[UNIT]));
    const sigma = deviation / f[UNIT];
    if (f[OPEN] !== bin) this.#turnTo(bin, sigma);
    f[COUNT]++;
    f[SUM] += x;
    if (surprise >= 0) f[GREATEST] = Math.max(f[GREATEST], Math.min(LARGEST, surprise));
    if (this.visits(bin) > 0) this.#learnSkill(x, bin, sigma);
    if (Number.isNaN(surprise)) return;
    f[USUAL] += Math.max(1 / ++f[KNOWN], 1 / MEMORY) * (Math.min(LARGEST, surprise) - f[USUAL]);
  }

  /** How well the profile predicts, in squares, fourth powers and likelihood, compared with a level alone. */
  #learnSkill(x: number, bin: number, sigma: number): void {
    const f = this.figures;
    const error = Math.abs(x - this.#means[bin] - f[DRIFT]);
    f[WRONG] += error;
    const seen = ++f[SEEN];
    const isSettled = seen > SETTLED;
    const rate = Math.max(1 / seen, 1 / MEMORY);
    // Bounded, or a missing day would prevent its own detection.
    const most = isSettled ? BOUND * f[ERROR] + LEAST_ERROR : Number.POSITIVE_INFINITY;
    const mostFourth = isSettled ? 2 * BOUND * f[ERROR_FOURTH] + LEAST_ERROR : Number.POSITIVE_INFINITY;
    const squared = squareOf(error / sigma);
    const bounded = Math.min(squared, most);
    const boundedFourth = Math.min(squared * squared, mostFourth);
    f[ABSOLUTE] += rate * ((isSettled ? Math.min(error, 4 * f[ABSOLUTE]) : error) - f[ABSOLUTE]);
    f[ERROR] += rate * (bounded - f[ERROR]);
    f[ERROR_FOURTH] += rate * (boundedFourth - f[ERROR_FOURTH]);
    if (seen === 1) f[LEVEL] = x;
    const off = x - f[LEVEL];
    const size = Math.abs(off);
    if (isSettled) {
      const all = f[AROUND] + LEAST_SIZE * sigma;
      const own = this.#spread(bin) + LEAST_SIZE * sigma;
      const gain = log(all / own) + Math.min(FARTHEST, size / all) - Math.min(FARTHEST, error / own);
      f[GAIN] += rate * (gain - f[GAIN]);
    }
    f[AROUND] += rate * ((isSettled ? Math.min(size, 4 * f[AROUND]) : size) - f[AROUND]);
    const spread = squareOf(off / sigma);
    // What the bounds leave out of an error was not predicted: it is not counted as variance to predict either.
    f[SQUARE] += rate * (Math.max(0, spread - (squared - bounded)) - f[SQUARE]);
    f[FOURTH] += rate * (Math.max(0, spread * spread - (squared * squared - boundedFourth)) - f[FOURTH]);
  }

  #turnTo(bin: number, sigma: number): void {
    const f = this.figures;
    if (f[OPEN] >= 0) this.#close(f[OPEN], sigma);
    if (bin < f[OPEN]) this.#learnWander();
    f[OPEN] = bin;
    f[COUNT] = f[SUM] = f[WRONG] = 0;
    f[GREATEST] = UNKNOWN;
  }

  #close(bin: number, sigma: number): void {
    const f = this.figures;
    const means = this.#means;
    const marks = this.#marks;
    const mean = f[SUM] / f[COUNT];
    const visits = Math.min(MOST_VISITS, marks[bin] + 1);
    marks[bin] = visits;
    if (visits === 1) {
      means[bin] = mean - f[DRIFT];
      f[BINS]++;
    } else {
      const reach = visits > 2 ? 3 * this.#spread(bin, visits - 1) + 0.1 * sigma : Number.POSITIVE_INFINITY;
      const off = Math.max(-reach, Math.min(reach, mean - means[bin] - f[DRIFT]));
      means[bin] += Math.max(1 / visits, PACE) * off;
      const wrong = Math.min(reach, f[WRONG] / f[COUNT]);
      this.#spreads ??= new Float32Array(this.#bins);
      const spreads = this.#spreads;
      spreads[bin] += Math.max(1 / (visits - 1), PACE) * (wrong - spreads[bin]);
      f[DRIFT] += this.#pace() * off;
    }
    this.#learnLevel(mean, sigma);
    if (f[GREATEST] === UNKNOWN) return;
    const usual = this.#usual(bin) + Math.max(1 / visits, PACE) * (f[GREATEST] - this.#usual(bin));
    marks[this.#bins + bin] = Math.min(255, Math.round(usual * PER_DECADE));
  }

  /**
   * The level that the profile is compared with: at the same pace, or a profile would gain from its drift alone; and begun anew
   * with the second cycle, so that a young profile has to beat one that fits.
   */
  #learnLevel(mean: number, sigma: number): void {
    const f = this.figures;
    if (f[SEEN] === 0) return;
    const rate = Math.max(1 / ++f[CLOSED], this.#pace());
    f[LEVEL] += rate * Math.max(-3 * sigma, Math.min(3 * sigma, mean - f[LEVEL]));
  }

  /**
   * By how much cycles are early or late: where that is why values vary, they do as the profile is steep. The slope of the
   * spreads over the steepness at each phase, by least squares.
   */
  #learnWander(): void {
    const spreads = this.#spreads;
    const bins = this.#bins;
    if (spreads === undefined || this.figures[BINS] < bins) return;
    const means = this.#means;
    let [steep, wide, both, squares] = [0, 0, 0, 0];
    for (let bin = 0; bin < bins; bin++) {
      const slope = Math.abs(means[bin + 1 < bins ? bin + 1 : 0] - means[bin > 0 ? bin - 1 : bins - 1]) / 2;
      steep += slope;
      wide += spreads[bin];
      both += slope * spreads[bin];
      squares += slope * slope;
    }
    const varied = squares - (steep * steep) / bins;
    const wander = (both - (steep * wide) / bins) / varied;
    this.figures[WANDER] = wander > 0 ? Math.min(bins, wander) : 0;
  }

  /** By how much one visit moves the level. */
  #pace(): number {
    return DRIFTS / Math.max(SHORT, this.figures[BINS]);
  }

  #usual(bin: number): number {
    return this.#marks[this.#bins + bin] / PER_DECADE;
  }

  #spread(bin: number, visits: number = this.visits(bin)): number {
    const known = Math.max(0, visits - 1);
    const own = known === 0 ? 0 : known * this.#spreads![bin];
    return (own + DRAWN * this.figures[ABSOLUTE]) / (known + DRAWN);
  }
}

/** The bins with so many visits. */
function visitedAtLeast(visits: number, marks: Uint8Array, bins: number): number[] {
  const found: number[] = [];
  for (let bin = 0; bin < bins; bin++) if (marks[bin] >= visits) found.push(bin);
  return found;
}

const PARTS = ['figures', 'visits', 'usual', 'means', 'spreads'] as const;

const SKILLED = 0.5; // share of the variance
const SKILLED_AT_PEAKS = 0.6; // share of the fourth powers
const SKILLED_AT_SPREADS = 0.5; // nats
const LEAST_SIZE = 0.02; // deviations
const FARTHEST = 8; // spreads
const MOST_VISITS = 255;
const PER_DECADE = 32;
const MEMORY = 2000; // records
const SETTLED = 50; // values
const BOUND = 25; // times a usual square
const LEAST_ERROR = 1e-4; // square deviations
const REACH = 4; // times: an edge three deviations early is five from where the mean is at its height, a deviation is .8 of what is learnt
const DRAWN = 2; // visits that the spread of all phases counts as (Efron & Morris 1973)
const PACE = 0.2; // at least so much the newest cycle counts
const SHORT = 48; // visits: over fewer the level of a short cycle would follow what is missing from it
const DRIFTS = 2; // by so much of an error the level moves over a cycle: slower is worse on all labelled collections

/** Of a compressed standard score; products are much faster than powers. */
function squareOf(z: number): number {
  const x = compress(z);
  return x * x;
}

function share(all: number, error: number): number {
  return all > 1e-6 ? 1 - error / all : 0;
}
