import type { Forecaster, Observation, Prediction } from '../forecaster.ts';

/** An observation and its forecast, without what covariates explain. */
export interface Unexplained {
  readonly prediction: Prediction;
  readonly observation: Observation;
}

/** What is left for a scorer; undefined where the forecaster explains nothing, and both are as they are. */
export function unexplained(
  forecaster: Forecaster,
  prediction: Prediction,
  observation: Observation,
): Unexplained | undefined {
  const { covariates } = observation;
  const effect = covariates && forecaster.explained?.(covariates);
  return effect && without(effect, prediction, observation);
}

/** A function of its own: one with a closure in it allocates at each call, even where it returns at once. */
function without(effect: readonly number[], prediction: Prediction, observation: Observation): Unexplained {
  const rest = (values: readonly number[]): number[] => values.map((value, d) => value - effect[d]);
  const { expected, lower, upper, scale, earlier } = prediction;
  const left = { expected: rest(expected), lower: rest(lower), upper: rest(upper), scale };
  const before = earlier?.map((made) => ({ expected: rest(made.expected), scale: made.scale }));
  return {
    prediction: before === undefined ? left : { ...left, earlier: before },
    observation: { ...observation, value: rest(observation.value) },
  };
}
