import { optionChecks } from '../../core/options.ts';
import type { Observation } from '../observation.ts';
import { PointForecaster } from './pointForecaster.ts';

/** How fast the band of a {@link LastValueForecaster} forgets. */
export interface LastValueOptions {
  /** D. */
  readonly dimensions: number;
  /** Observations after which a residual counts half in the band. @default 500 */
  readonly halfLife?: number;
}

/** The naive forecast: as it was, so it will be. What every other forecaster has to beat. */
export class LastValueForecaster extends PointForecaster {
  readonly name = 'lastValue';
  readonly #last: Float64Array; // (D) NaN before the first value

  constructor(options: LastValueOptions) {
    const check = optionChecks('LastValueForecaster');
    check.known(options, ['dimensions', 'halfLife']);
    const dimensions = check.positiveInteger('dimensions', options.dimensions);
    const halfLife = check.positive('halfLife', options.halfLife ?? 500);
    const last = new Float64Array(dimensions).fill(Number.NaN);
    super('LastValueForecaster', { dimensions, halfLife }, last);
    this.#last = last;
  }

  protected expect(): number[] {
    return [...this.#last];
  }

  protected absorb({ value }: Observation): void {
    for (let d = 0; d < value.length; d++) if (!Number.isNaN(value[d])) this.#last[d] = value[d];
  }
}
