import type { Forecaster, Observation, Prediction } from '../forecaster.ts';

/** An observation and its forecast, without what covariates explain. */
export interface Unexplained {
  readonly prediction: Prediction;
  readonly observation: Observation;
}

/** What is left for a scorer: both as they are where the forecaster has no covariates. */
export function unexplained(
  forecaster: Forecaster,
  prediction: Prediction,
  observation: Observation,
): Unexplained {
  const { covariates } = observation;
  const effect = covariates && forecaster.explained?.(covariates);
  if (effect === undefined) return { prediction, observation };
  const without = (values: readonly number[]): number[] => values.map((value, d) => value - effect[d]);
  const { expected, lower, upper, scale, earlier } = prediction;
  const rest = { expected: without(expected), lower: without(lower), upper: without(upper), scale };
  const before = earlier?.map((made) => ({ expected: without(made.expected), scale: made.scale }));
  return {
    prediction: before === undefined ? rest : { ...rest, earlier: before },
    observation: { ...observation, value: without(observation.value) },
  };
}
