import { positive, share } from '../../core/optionKinds.ts';
import { DIMENSIONS, OptionSet } from '../../core/optionSet.ts';
import type { Observation } from '../forecaster.ts';
import { COUNT, orElse, ranged, VALUE } from '../snapshot/vectors.ts';
import { PointForecaster } from './pointForecaster.ts';

/** Options of an {@link EmaForecaster}. */
export interface EmaOptions {
  /** D. */
  readonly dimensions: number;
  /** Weight of the newest observation, above 0, at most 1. @default 0.1 */
  readonly alpha?: number;
  /** Observations after which a residual counts half in the band. @default 500 */
  readonly halfLife?: number;
}

export const emaOptions: OptionSet<EmaOptions> = new OptionSet({
  dimensions: DIMENSIONS,
  alpha: {
    kind: share,
    default: 0.1,
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

/** Exponential moving average (Brown 1959): m ← m + α (v − m). Early observations count 1/n, so it starts unbiased. */
export class EmaForecaster extends PointForecaster {
  readonly name = 'ema';
  readonly #alpha: number;
  readonly #average: Float64Array; // (2D) averages, NaN before the first value; then counts

  constructor(options: EmaOptions) {
    const { dimensions, alpha, halfLife } = emaOptions.resolve('EmaForecaster', options);
    const average = new Float64Array(2 * dimensions).fill(Number.NaN, 0, dimensions);
    super(
      'EmaForecaster',
      { dimensions, halfLife, alpha },
      ranged(
        average,
        [
          [dimensions, orElse(VALUE, Number.NaN)],
          [dimensions, COUNT],
        ],
        (numbers) => {
          const averages = numbers.subarray(0, dimensions);
          return averages.every((each, d) => Number.isNaN(each) === (numbers[dimensions + d] === 0));
        },
      ),
    );
    this.#alpha = alpha;
    this.#average = average;
  }

  protected expect(): number[] {
    return [...this.#average.subarray(0, this.dimensions)];
  }

  protected absorb({ value }: Observation, weight: number): void {
    for (let d = 0; d < value.length; d++) {
      if (Number.isNaN(value[d])) continue;
      const count = this.#average[this.dimensions + d];
      if (count === 0) this.#average[d] = value[d];
      else if (weight === 0) continue;
      this.#average[this.dimensions + d]++;
      this.#average[d] += weight * Math.max(this.#alpha, 1 / (count + 1)) * (value[d] - this.#average[d]);
    }
  }
}
