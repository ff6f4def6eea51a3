import { positive } from '../../core/optionKinds.ts';
import { DIMENSIONS, OptionSet } from '../../core/optionSet.ts';
import type { Observation } from '../forecaster.ts';
import { orElse, ranged, VALUE } from '../snapshot/vectors.ts';
import { PointForecaster } from './pointForecaster.ts';

/** Options of a {@link LastValueForecaster}. */
export interface LastValueOptions {
  /** D. */
  readonly dimensions: number;
  /** Observations after which a residual counts half in the band. @default 500 */
  readonly halfLife?: number;
}

export const lastValueOptions: OptionSet<LastValueOptions> = new OptionSet({
  dimensions: DIMENSIONS,
  halfLife: {
    kind: positive(),
    default: 500,
    unit: 'observations',
    about: 'observations after which one counts half in the band',
    when: 'shorter where noise changes often',
  },
});

/** The naive forecast: as it was, so it will be. What every other forecaster has to beat. */
export class LastValueForecaster extends PointForecaster {
  readonly name = 'lastValue';
  readonly #last: Float64Array; // (D) NaN before the first value

  constructor(options: LastValueOptions) {
    const { dimensions, halfLife } = lastValueOptions.resolve('LastValueForecaster', options);
    const last = new Float64Array(dimensions).fill(Number.NaN);
    super('LastValueForecaster', { dimensions, halfLife }, ranged(last, orElse(VALUE, Number.NaN)));
    this.#last = last;
  }

  protected expect(): number[] {
    return [...this.#last];
  }

  protected absorb({ value }: Observation): void {
    for (let d = 0; d < value.length; d++) if (!Number.isNaN(value[d])) this.#last[d] = value[d];
  }
}
