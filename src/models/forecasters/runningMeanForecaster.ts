import { positive } from '../../core/optionKinds.ts';
import { DIMENSIONS, OptionSet } from '../../core/optionSet.ts';
import type { Observation } from '../forecaster.ts';
import { RobustScaler } from '../scaling/robustScaler.ts';
import { PointForecaster } from './pointForecaster.ts';

/** Options of a {@link RunningMeanForecaster}. */
export interface RunningMeanOptions {
  /** D. */
  readonly dimensions: number;
  /** Observations after which one counts half, in the mean and in the band. @default 20000 */
  readonly halfLife?: number;
}

export const runningMeanOptions: OptionSet<RunningMeanOptions> = new OptionSet({
  dimensions: DIMENSIONS,
  halfLife: {
    kind: positive(),
    default: 20_000,
    unit: 'observations',
    about: 'observations after which one counts half in the band',
    when: 'shorter where noise changes often',
  },
});

/**
 * Predicts what is usual: the robust running mean, with the running mean |deviation| from it as its scale.
 * Every residual is then the value itself, standardised, so that whatever a detector finds with it is the work of its
 * scorer: what a forecaster has to beat to be worth its time.
 */
export class RunningMeanForecaster extends PointForecaster {
  readonly name = 'mean';
  readonly #scaler: RobustScaler;

  constructor(options: RunningMeanOptions) {
    const { dimensions, halfLife } = runningMeanOptions.resolve('RunningMeanForecaster', options);
    const scaler = new RobustScaler({ dimensions, halfLife });
    super('RunningMeanForecaster', { dimensions, halfLife }, scaler.memory);
    this.#scaler = scaler;
  }

  protected expect(): number[] {
    return Array.from({ length: this.dimensions }, (_, d) =>
      this.#scaler.seen(d) ? this.#scaler.mean(d) : Number.NaN,
    );
  }

  protected absorb({ value }: Observation, weight: number): void {
    this.#scaler.learn(value, weight);
  }
}
