import { exp } from '../../../core/math/exp.ts';
import { pow, square } from '../../../core/math/pow.ts';
import { TailModel } from '../../../numerics/stats/tailModel.ts';
import { badSnapshot, fields, type State } from '../../snapshot/state.ts';
import { COUNT, type Layout, packVectors, prepareVectors, ranged, within } from '../../snapshot/vectors.ts';
import { PhaseProfile } from './phaseProfile.ts';

/** What a cycle with skill learns of its residuals. */
class Residuals {
  readonly tail: TailModel = new TailModel(); // of the statistic
  /** (1 + 2 × lengths) residuals learnt as normal; exponential averages of all; usual size of each average. */
  readonly figures: Float64Array = new Float64Array(1 + 2 * LENGTHS.length);
}

/**
 * The evidence of one cycle: how far a value is from the usual value of its phase, in spreads of that phase, averaged over
 * the newest records; and how much other surprise is usual then.
 */
export class Cycle {
  profile: PhaseProfile;
  #residuals: Residuals | undefined; // once the profile had skill
  #records = 0; // learnt, those at which the averages count 0 included
  #bin = -1;
  #residual = Number.NaN; // of the newest value, in spreads
  #statistic = Number.NaN; // of the value at its phase: the tail learns it, whatever explains it
  #unexplained = Number.NaN; // of what no early or late cycle explains

  constructor(bins: number) {
    this.profile = new PhaseProfile(bins);
  }

  /** @throws RxAnomalyError BAD_SNAPSHOT unless `state` is that of a cycle of as many bins */
  static restored(bins: number, state: State): Cycle {
    const cycle = new Cycle(bins);
    const { profile, records, residuals } = fields(state, ['profile', 'records', 'residuals']);
    if (!(Number.isSafeInteger(records) && Number(records) >= 0))
      throw badSnapshot('snapshot: the records of a cycle are not a whole number from 0');
    cycle.profile = PhaseProfile.restored(bins, profile);
    cycle.#records = Number(records);
    if (residuals === null) return cycle;
    const { tail, figures } = new Residuals();
    prepareVectors({ tail, figures: ranged(figures, LAYOUT) }, residuals)();
    cycle.#residuals = { tail, figures };
    return cycle;
  }

  state(): State {
    const residuals = this.#residuals;
    return {
      profile: this.profile.state(),
      records: this.#records,
      residuals: residuals === undefined ? null : packVectors({ ...residuals }),
    };
  }

  /**
   * Computes the evidence of a value from what came before.
   *
   * @param bin of its phase; −1 if it has none
   * @param deviation standard deviation of the stream
   * @param isWandering whether cycles may be early or late, as nothing but the stream itself tells when one begins
   */
  look(bin: number, value: number, deviation: number, isWandering = false): void {
    this.#bin = bin;
    this.#residual = this.#statistic = Number.NaN;
    const { profile } = this;
    if (bin < 0 || profile.visits(bin) < 1) return;
    const unit = profile.spread(bin) + LEAST_SPREAD * deviation;
    const whole = bounded((value - profile.mean(bin)) / unit);
    this.#residual = whole;
    if (!profile.isSkilled) return;
    this.#unexplained = this.#statistic = this.#greatest();
    if (!isWandering) return;
    this.#residual = bounded(profile.off(bin, value) / unit);
    if (this.#residual !== whole) this.#unexplained = this.#greatest();
  }

  /** The greatest average with the newest residual in it, in usual sizes of such averages. */
  #greatest(): number {
    const sizes = this.#residuals?.figures ?? NOTHING;
    let greatest = 0;
    for (let k = 0; k < LENGTHS.length; k++)
      greatest = Math.max(greatest, Math.abs(this.#averageWith(k)) / (sizes[SIZES + k] + LEAST_SIZE));
    return greatest;
  }

  /** Decades of surprise at the newest value for its phase; 0 without skill. */
  get surprise(): number {
    if (Number.isNaN(this.#statistic) || this.#residuals === undefined) return 0;
    return Math.max(0, this.#residuals.tail.surprise(this.#unexplained));
  }

  /** The usual value at the phase of the newest one. */
  get usual(): number {
    return this.profile.mean(this.#bin);
  }

  /** Over how many of the newest values they are off the most, together above (1) or below (−1) what is usual. */
  get off(): { readonly events: number; readonly direction: 1 | -1 } {
    const sizes = this.#residuals?.figures ?? NOTHING;
    const averages = LENGTHS.map((_, k) => this.#averageWith(k));
    const off = averages.map((average, k) => Math.abs(average) / (sizes[SIZES + k] + LEAST_SIZE));
    const at = off.indexOf(Math.max(...off));
    return { events: LENGTHS[at], direction: averages[at] < 0 ? -1 : 1 };
  }

  /** Spread of the phase of the newest value; infinite where the cycle has no result. */
  get spread(): number {
    return Number.isNaN(this.#statistic) ? Number.POSITIVE_INFINITY : this.profile.spread(this.#bin);
  }

  /** Decades of other surprise that are usual at this phase, to the extent that the value is the usual one; 0 without skill. */
  get routine(): number {
    if (Number.isNaN(this.#statistic)) return 0;
    const usual = this.profile.routine(this.#bin);
    return usual === 0 ? 0 : usual * exp(-square(this.#residual / AGREED));
  }

  /**
   * After `look` at the same value.
   *
   * @param surprise decades of the evidence of others
   * @param weight at 0 the averages are updated, but not what is learnt as normal
   */
  learn(value: number, deviation: number, surprise: number, weight: number): void {
    const speaks = !Number.isNaN(this.#statistic);
    if (speaks) this.#residuals ??= new Residuals();
    // Before the averages: with the residual in them it would count twice.
    if (speaks && weight > 0 && this.#residuals !== undefined) this.#learnSizes(this.#residuals);
    if (this.#residuals !== undefined)
      this.#learnAverages(this.#residuals.figures, speaks ? this.#residual : 0);
    this.#records++;
    if (weight > 0 && this.#bin >= 0) this.profile.learn(this.#bin, value, deviation, surprise);
  }

  /** What an average is with the newest residual in it, without bias from its start. */
  #averageWith(k: number): number {
    const average = (this.#residuals?.figures ?? NOTHING)[AVERAGES + k];
    const records = this.#records + 1;
    const missing = records < UNBIASED ? pow(1 - 1 / LENGTHS[k], records) : 0;
    return (average + (this.#residual - average) / LENGTHS[k]) / (1 - missing);
  }

  #learnAverages(figures: Float64Array, residual: number): void {
    for (let k = 0; k < LENGTHS.length; k++)
      figures[AVERAGES + k] += (residual - figures[AVERAGES + k]) / LENGTHS[k];
  }

  #learnSizes({ tail, figures }: Residuals): void {
    tail.learn(this.#statistic);
    const count = ++figures[LEARNT];
    const rate = Math.max(1 / count, 1 / MEMORY);
    for (let k = 0; k < LENGTHS.length; k++) {
      const size = Math.abs(this.#averageWith(k));
      const usual = figures[SIZES + k];
      const reach = count > SETTLED ? 4 * usual : Number.POSITIVE_INFINITY;
      figures[SIZES + k] += rate * (Math.min(reach, size) - usual);
    }
  }
}

/** Spreads. */
function bounded(residual: number): number {
  return Math.max(-FARTHEST, Math.min(FARTHEST, residual));
}

const LENGTHS = [1, 3, 12, 48]; // records: a spike, and a day that is a little low all along
const LEAST_SPREAD = 0.02; // deviations: where the stream is exact, so is its profile
const LEAST_SIZE = 0.1; // spreads
const FARTHEST = 20; // spreads
const AGREED = 4; // spreads
const SETTLED = 50; // averages
const MEMORY = 2000; // records
const UNBIASED = 2000; // records after which the longest average has all its weight

const LEARNT = 0;
const AVERAGES = 1;
const SIZES = 1 + LENGTHS.length;
const LAYOUT: Layout = [
  [1, COUNT],
  [LENGTHS.length, within(-1.01 * FARTHEST, 1.01 * FARTHEST)], // to rounding
  [LENGTHS.length, within(0, 1.01 * FARTHEST)],
];
const NOTHING = new Float64Array(1 + 2 * LENGTHS.length);
