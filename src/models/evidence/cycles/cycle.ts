import { TailModel } from '../../../numerics/stats/tailModel.ts';
import { COUNT, type Layout, type Memory, ranged, within } from '../../snapshot/vectors.ts';
import { MovingAverage } from '../movingAverage.ts';
import { PhaseProfile } from './phaseProfile.ts';

/**
 * The evidence of one cycle: how far a value is from the usual value of its phase, in spreads of that phase, averaged over
 * the newest records; and how much other surprise is usual then.
 */
export class Cycle {
  readonly profile: PhaseProfile;
  readonly #averages: readonly MovingAverage[] = LENGTHS.map((length) => new MovingAverage(length));
  readonly #tail: TailModel = new TailModel(); // of the statistic
  /** (2 × lengths) usual size of each average, and how many it comes from. */
  readonly #sizes: Float64Array = new Float64Array(2 * LENGTHS.length);
  #bin = -1;
  #residual = Number.NaN; // of the newest value, in spreads
  #statistic = Number.NaN;

  constructor(bins: number) {
    this.profile = new PhaseProfile(bins);
  }

  /**
   * Computes the evidence of a value from what came before.
   *
   * @param bin of its phase; −1 if it has none
   * @param deviation standard deviation of the stream
   */
  look(bin: number, value: number, deviation: number): void {
    this.#bin = bin;
    this.#residual = this.#statistic = Number.NaN;
    const { profile } = this;
    if (bin < 0 || profile.visits(bin) < 1) return;
    const residual = (value - profile.mean(bin)) / (profile.spread(bin) + LEAST_SPREAD * deviation);
    this.#residual = Math.max(-FARTHEST, Math.min(FARTHEST, residual));
    if (!profile.isSkilled) return;
    this.#statistic = 0;
    for (let k = 0; k < LENGTHS.length; k++) {
      const size = Math.abs(this.#averages[k].with(this.#residual)) / (this.#sizes[k] + LEAST_SIZE);
      this.#statistic = Math.max(this.#statistic, size);
    }
  }

  /** Decades of surprise at the newest value for its phase; 0 without skill. */
  get surprise(): number {
    return Number.isNaN(this.#statistic) ? 0 : Math.max(0, this.#tail.surprise(this.#statistic));
  }

  /** Spread of the phase of the newest value; infinite where the cycle has no result. */
  get spread(): number {
    return Number.isNaN(this.#statistic) ? Number.POSITIVE_INFINITY : this.profile.spread(this.#bin);
  }

  /** Decades of other surprise that are usual at this phase, to the extent that the value is the usual one. */
  get routine(): number {
    if (Number.isNaN(this.#residual)) return 0;
    return this.profile.routine(this.#bin) * Math.exp(-((this.#residual / AGREED) ** 2));
  }

  /**
   * After `look` at the same value.
   *
   * @param surprise decades of the evidence of others
   * @param weight at 0 the averages are updated, but not what is learnt as normal
   */
  learn(value: number, deviation: number, surprise: number, weight: number): void {
    const speaks = !Number.isNaN(this.#statistic);
    if (speaks && weight > 0) this.#tail.learn(this.#statistic);
    for (let k = 0; k < LENGTHS.length; k++) {
      this.#averages[k].learn(speaks ? this.#residual : 0);
      if (speaks && weight > 0) this.#learnSize(k);
    }
    if (weight > 0 && this.#bin >= 0) this.profile.learn(this.#bin, value, deviation, surprise);
  }

  carried(): Memory {
    const averages = Object.fromEntries(
      this.#averages.map((average, k) => [`average.${k}`, average.memory(1.01 * FARTHEST)]),
    );
    return { ...averages, tail: this.#tail, sizes: ranged(this.#sizes, SIZES), ...this.profile.memory };
  }

  /** Call after writing to the state. */
  refresh(): void {
    this.#tail.refresh();
    this.#statistic = this.#residual = Number.NaN;
  }

  #learnSize(k: number): void {
    const sizes = this.#sizes;
    const size = Math.abs(this.#averages[k].with(this.#residual));
    const count = ++sizes[LENGTHS.length + k];
    const reach = count > SETTLED ? 4 * sizes[k] : Number.POSITIVE_INFINITY;
    sizes[k] += Math.max(1 / count, 1 / MEMORY) * (Math.min(reach, size) - sizes[k]);
  }
}

const LENGTHS = [1, 3, 12, 48]; // records: a spike, and a day that is a little low all along
const LEAST_SPREAD = 0.02; // deviations: where the stream is exact, so is its profile
const LEAST_SIZE = 0.1; // spreads
const FARTHEST = 20; // spreads
const SIZES: Layout = [
  [LENGTHS.length, within(0, 1.01 * FARTHEST)], // to rounding
  [LENGTHS.length, COUNT],
];
const AGREED = 4; // spreads
const SETTLED = 50; // averages
const MEMORY = 2000; // records
