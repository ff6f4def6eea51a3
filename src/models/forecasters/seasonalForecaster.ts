import { type OptionKind, positive, positiveInteger, share } from '../../core/optionKinds.ts';
import { DIMENSIONS, OptionSet } from '../../core/optionSet.ts';
import type { Observation } from '../forecaster.ts';
import { COUNT, orElse, ranged, TIME, VALUE, within } from '../snapshot/vectors.ts';
import { PointForecaster } from './pointForecaster.ts';

/** Options of a {@link SeasonalForecaster}. */
export interface SeasonalOptions {
  /** D. */
  readonly dimensions: number;
  /**
   * Length of the season: a number of observations, or `'day'` or `'week'` by event time (UTC) in slots of half an hour.
   * A stream without times has one slot under `'day'` and `'week'`: its running mean.
   * @default 'day'
   */
  readonly period?: number | 'day' | 'week';
  /** Weight of the newest season, above 0, at most 1. @default 0.2 */
  readonly alpha?: number;
  /** Observations after which a residual counts half in the band. @default 500 */
  readonly halfLife?: number;
}

export const seasonalOptions: OptionSet<SeasonalOptions> = new OptionSet({
  dimensions: DIMENSIONS,
  period: {
    kind: periodKind(),
    default: 'day',
    unit: 'observations',
    about: 'length of the season',
    when: 'a number of observations for seasons other than day and week',
  },
  alpha: {
    kind: share,
    default: 0.2,
    about: 'weight of the newest',
    when: 'higher to follow faster',
  },
  halfLife: {
    kind: positive(),
    default: 500,
    unit: 'observations',
    about: 'observations after which one counts half in the band',
    when: 'shorter where noise changes often',
  },
});

const SLOT = 30 * 60_000; // ms
const SLOTS = { day: 48, week: 7 * 48 };

/**
 * Seasonal profile: the exponentially weighted mean of the values at this phase of the season. Within a slot of
 * several observations the weight is spread over them. An unvisited slot falls back on the last value.
 */
export class SeasonalForecaster extends PointForecaster {
  readonly name = 'seasonal';
  readonly #period: number | 'day' | 'week';
  readonly #alpha: number;
  readonly #slots: number;
  /** (2D, slots) means, then visits; then (D) the last values; then observations, last time and typical time step. */
  readonly #state: Float64Array;

  constructor(options: SeasonalOptions) {
    const { dimensions, period, alpha, halfLife } = seasonalOptions.resolve('SeasonalForecaster', options);
    const slots = typeof period === 'number' ? period : SLOTS[period];
    const state = new Float64Array(dimensions * (2 * slots + 1) + 3);
    state.fill(Number.NaN, 2 * dimensions * slots, dimensions * (2 * slots + 1));
    state[state.length - 2] = Number.NaN;
    super(
      'SeasonalForecaster',
      { dimensions, halfLife, period, alpha },
      ranged(state, [
        [dimensions * slots, VALUE],
        [dimensions * slots, COUNT],
        [dimensions, orElse(VALUE, Number.NaN)],
        [1, COUNT],
        [1, orElse(TIME, Number.NaN)],
        [1, within(0, 2 * TIME.most)],
      ]),
    );
    this.#period = period;
    this.#alpha = alpha;
    this.#slots = slots;
    this.#state = state;
  }

  /** (D) the profile `steps` observations after the newest one, without a band. Pure. */
  expectAhead(steps: number): number[] {
    const [time, step] = [this.#state.at(-2)!, this.#state.at(-1)!];
    const slot = this.#slot(time + steps * step, steps - 1);
    const expected: number[] = [];
    for (let d = 0; d < this.dimensions; d++) {
      const at = d * this.#slots + slot;
      const visited = this.#state[this.dimensions * this.#slots + at] > 0;
      expected.push(visited ? this.#state[at] : this.#state[2 * this.dimensions * this.#slots + d]);
    }
    return expected;
  }

  protected expect(): number[] {
    return this.expectAhead(1);
  }

  protected absorb({ time, value }: Observation, weight: number): void {
    const state = this.#state;
    const clock = state.length - 3; // observations, last time, typical step
    const step = time === undefined ? Number.NaN : time - state[clock + 1];
    // Half way to each new step: follows a change of cadence within a few observations, and a gap soon wears off.
    if (step > 0) state[clock + 2] += (state[clock + 2] === 0 ? 1 : 0.5) * (step - state[clock + 2]);
    const slot = this.#slot(time ?? Number.NaN);
    const perSlot = typeof this.#period === 'number' ? 1 : Math.max(1, SLOT / Math.max(1, state[clock + 2]));
    for (let d = 0; d < value.length; d++) {
      if (Number.isNaN(value[d])) continue;
      const at = d * this.#slots + slot;
      const visits = this.dimensions * this.#slots + at;
      state[2 * this.dimensions * this.#slots + d] = value[d];
      if (state[visits] === 0) state[at] = value[d];
      else if (weight === 0) continue;
      state[visits]++;
      state[at] += weight * Math.max(this.#alpha / perSlot, 1 / state[visits]) * (value[d] - state[at]);
    }
    state[clock]++;
    state[clock + 1] = time ?? Number.NaN;
  }

  /** Phase of the observation at `time`; when the period is a number, of the one that comes after so many others. */
  #slot(time: number, others = 0): number {
    if (typeof this.#period === 'number') return (this.#state.at(-3)! + others) % this.#period;
    if (Number.isNaN(time)) return 0;
    // Weeks begin on Monday: 1970-01-01 was a Thursday.
    const slot = Math.floor(time / SLOT) + 3 * SLOTS.day;
    return ((slot % this.#slots) + this.#slots) % this.#slots;
  }
}

function periodKind(): OptionKind {
  const count = positiveInteger(1_000_000, 'each of its places has a mean of its own');
  const range = "a positive integer, 'day' or 'week'";
  return {
    range,
    expected: (value) => {
      if (value === 'day' || value === 'week') return undefined;
      return Number.isSafeInteger(value) && (value as number) > 0 ? count.expected(value) : range;
    },
  };
}
