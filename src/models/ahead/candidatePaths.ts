import { pooled } from '../../numerics/pooled.ts';
import { calendarTimeOf, type Forecaster, type ForecasterFactory, type Observation } from '../forecaster.ts';
import { SeasonalForecaster } from '../forecasters/seasonalForecaster.ts';
import { COUNT, type Memory, orElse, ranged, SIZE, VALUE } from '../snapshot/vectors.ts';
import type { Transform } from '../transform.ts';
import type { StepClock } from './stepClock.ts';

const SIMPLE = 4; // last value, mean, profile, last value moved as the profile moves
const MOST_HORIZONS = 8; // of the forecaster that are candidates
const MEAN_RATE = 1 / 300;

/**
 * What may be expected at the steps after the newest event, by several means: candidates.
 *
 * | candidate | expects at step h |
 * |---|---|
 * | the forecaster, iterated | what a copy of it forecasts, after h − 1 events without a value |
 * | one for each further horizon of it | what the copy forecast for that event that many events before |
 * | the last value | no change |
 * | the mean | that of the last 300 events or so |
 * | the profile | the mean of that half-hour of the day ({@link SeasonalForecaster}) |
 * | the last value and the profile | the last value, moved by as much as the profile moves |
 */
export class CandidatePaths {
  /** C. */
  readonly count: number;
  /** Learns the profile: a part of the state. */
  readonly profile: SeasonalForecaster;
  readonly #create: ForecasterFactory;
  readonly #dimensions: number;
  readonly #steps: number; // H
  readonly #horizons: readonly number[]; // those that are candidates
  readonly #clock: StepClock;
  readonly #inverse: ((path: Float64Array, dimensions: number) => void) | undefined;
  readonly #last: Float64Array; // (D) NaN before the first
  readonly #mean: Float64Array; // (D)
  readonly #deviation: Float64Array; // (D) mean |value − mean|
  readonly #seen: Float64Array; // (D)
  #copy: Forecaster | undefined; // only while forecasting does it hold anything of use

  /**
   * @param combines false: the forecaster, iterated, is the only candidate
   * @param transform of the values that the forecaster predicts
   */
  constructor(
    live: Forecaster,
    create: ForecasterFactory,
    steps: number,
    clock: StepClock,
    combines: boolean,
    transform?: Pick<Transform, 'name' | 'inversePath'>,
  ) {
    const { dimensions } = live;
    this.profile = new SeasonalForecaster({ dimensions });
    this.#create = create;
    this.#dimensions = dimensions;
    this.#steps = steps;
    this.#clock = clock;
    const isTransformed = transform !== undefined && transform.name !== 'none';
    if (isTransformed) this.#inverse = (path, D) => transform.inversePath(path, D);
    // A change that was forecast many events before says nothing of the changes in between.
    this.#horizons = combines && !isTransformed ? (live.horizons ?? []).slice(1, 1 + MOST_HORIZONS) : [];
    this.count = combines ? 1 + this.#horizons.length + SIMPLE : 1;
    this.#last = pooled(dimensions);
    this.#last.fill(Number.NaN);
    this.#mean = pooled(dimensions);
    this.#deviation = pooled(dimensions);
    this.#seen = pooled(dimensions);
  }

  /** For a snapshot, in addition to the profile. */
  get memory(): Memory {
    return {
      last: ranged(this.#last, orElse(VALUE, Number.NaN)),
      mean: ranged(this.#mean, VALUE),
      deviation: ranged(this.#deviation, SIZE),
      seen: ranged(this.#seen, COUNT),
    };
  }

  /** Mean |value − mean| of dimension `d`. */
  deviation(d: number): number {
    return this.#deviation[d];
  }

  learn(observation: Observation, weight: number): void {
    this.profile.learn({ ...observation, time: calendarTimeOf(observation) }, weight);
    const { value } = observation;
    for (let d = 0; d < this.#dimensions; d++) {
      if (Number.isNaN(value[d])) continue;
      this.#last[d] = value[d];
      if (weight === 0) continue;
      const rate = weight * Math.max(MEAN_RATE, 1 / ++this.#seen[d]);
      if (this.#seen[d] > 1)
        this.#deviation[d] += rate * (Math.abs(value[d] - this.#mean[d]) - this.#deviation[d]);
      this.#mean[d] += rate * (value[d] - this.#mean[d]);
    }
  }

  /**
   * Writes what every candidate expects; NaN where one expects nothing.
   *
   * @param into (C, H, D)
   */
  write(live: Forecaster, into: Float64Array): void {
    this.#iterate(live, into);
    this.#inverse?.(into.subarray(0, this.#steps * this.#dimensions), this.#dimensions);
    if (this.count === 1) return;
    const D = this.#dimensions;
    const size = this.#steps * D;
    const from = size * (1 + this.#horizons.length);
    const now = this.profile.expectAhead(0);
    for (let h = 1, at = from; h <= this.#steps; h++) {
      const then = this.profile.expectAhead(h);
      for (let d = 0; d < D; d++, at++) {
        into[at] = this.#last[d];
        into[at + size] = this.#seen[d] === 0 ? Number.NaN : this.#mean[d];
        into[at + 2 * size] = then[d];
        into[at + 3 * size] = this.#last[d] + (then[d] - now[d]);
      }
    }
  }

  dispose(): void {
    this.#copy?.dispose();
    this.#copy = undefined;
  }

  /** As if no event to come had a value: a forecaster then takes what it expects for it, and learns nothing. */
  #iterate(live: Forecaster, into: Float64Array): void {
    const D = this.#dimensions;
    const size = this.#steps * D;
    this.#copy ??= this.#create(D);
    const copy = this.#copy;
    const clock = this.#clock;
    const step = clock.step;
    const value = new Array<number>(D).fill(Number.NaN);
    copy.restore(live.snapshot());
    for (let h = 1, at = 0; h <= this.#steps; h++) {
      const { expected, earlier } = copy.predict();
      for (let d = 0; d < D; d++, at++) {
        into[at] = expected[d];
        // Before, it was made without the newest event.
        for (const [k, horizon] of this.#horizons.entries())
          into[at + (1 + k) * size] = h < horizon ? Number.NaN : (earlier?.[k]?.expected[d] ?? Number.NaN);
      }
      if (h === this.#steps) break;
      const [time, calendarTime] = [clock.ahead(h, step), clock.calendarAhead(h, step)];
      copy.learn({ time, calendarTime, value, imputed: true }, 0);
    }
  }
}
