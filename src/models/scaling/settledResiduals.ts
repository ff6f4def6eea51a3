import { pooled } from '../../numerics/pooled.ts';
import type { Observation, Prediction } from '../forecaster.ts';
import { standardResidual } from '../scorer.ts';
import { COUNT, type RangedVector, ranged } from '../snapshot/vectors.ts';

/**
 * Residuals over their predicted scale, without the first of each dimension, when the forecaster is still untrained:
 * its second forecast has a scale learnt from no residual at all, and errors of a million such scales would stay in a
 * tail for good.
 */
export class SettledResiduals {
  /** (D) number of observations with a forecast. */
  readonly state: Float64Array;

  constructor(dimensions: number) {
    this.state = pooled(dimensions);
  }

  /** The state and its ranges, for a snapshot. */
  get memory(): RangedVector {
    return ranged(this.state, COUNT);
  }

  /** The residual in predicted scales; NaN where there is none: no value, no forecast, or too early. */
  of(prediction: Prediction, observation: Observation, d: number): number {
    if (this.state[d] < SETTLING || !hasForecast(prediction, observation, d)) return Number.NaN;
    return standardResidual(prediction, observation, d);
  }

  /** Whether there is a residual in any dimension. */
  has(prediction: Prediction, observation: Observation): boolean {
    return observation.value.some((_, d) => !Number.isNaN(this.of(prediction, observation, d)));
  }

  learn(prediction: Prediction, observation: Observation): void {
    for (let d = 0; d < this.state.length; d++) {
      if (hasForecast(prediction, observation, d)) this.state[d]++;
    }
  }
}

/** Residuals of an untrained forecaster. */
export const SETTLING = 50;

function hasForecast(prediction: Prediction, observation: Observation, d: number): boolean {
  return !Number.isNaN(observation.value[d]) && !Number.isNaN(prediction.expected[d]);
}
