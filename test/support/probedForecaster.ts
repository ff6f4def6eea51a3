import type { ForecasterFactory } from '../../src/models/forecaster.ts';
import { LastValueForecaster } from '../../src/models/forecasters/lastValueForecaster.ts';

/** Makes last-value forecasters and keeps count of them: of each, how often it was disposed of. */
export class ForecasterProbe {
  /** One entry per forecaster made, in order. */
  readonly disposals: number[] = [];

  readonly factory: ForecasterFactory = (dimensions) => {
    const { disposals } = this;
    const nth = disposals.push(0) - 1;
    return new (class extends LastValueForecaster {
      override dispose(): void {
        disposals[nth]++;
        super.dispose();
      }
    })({ dimensions });
  };
}
