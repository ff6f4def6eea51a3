import { defer, map, type OperatorFunction } from 'rxjs';
import { optionChecks } from '../core/options.ts';
import type { Forecast, Scored, Value } from '../core/reading.ts';
import { shapeLike, toVector } from '../core/vector.ts';
import { predictionOf } from '../models/laplaceBand.ts';
import type { Scorer, ScorerFactory } from '../models/scorer.ts';
import { TailScorer } from '../models/scorers/tailScorer.ts';

export interface ScoreResidualsOptions {
  /** Makes the scorer once the number of dimensions is known. @default a `TailScorer` */
  readonly scorer?: ScorerFactory;
}

/**
 * Scores each forecast by how unusual its residual is, given all residuals before: 0 … 1, high = anomalous, never NaN.
 * Imputed readings score 0. A scorer is made for every subscription, at its first event.
 *
 * @throws RxAnomalyError BAD_OPTION when called with a wrong option
 */
export function scoreResiduals<E, V extends Value>(
  options: ScoreResidualsOptions = {},
): OperatorFunction<Forecast<E, V>, Scored<E, V>> {
  const check = optionChecks('scoreResiduals');
  check.known(options, ['scorer']);
  check.optionalFunction('scorer', options.scorer);
  const create = options.scorer ?? ((dimensions) => new TailScorer({ dimensions }));
  return (source) =>
    defer(() => {
      let scorer: Scorer | undefined;

      const score = (forecast: Forecast<E, V>): Scored<E, V> => {
        const value = toVector(forecast.value);
        if (forecast.imputed) {
          return {
            ...forecast,
            score: 0,
            attribution: shapeLike(
              forecast.value,
              value.map(() => 1 / value.length),
            ),
          };
        }
        scorer ??= create(value.length);
        const prediction = predictionOf(forecast);
        const observation = { time: forecast.time, value, imputed: false };
        const { score, attribution } = scorer.score(prediction, observation);
        scorer.learn(prediction, observation, 1);
        return { ...forecast, score, attribution: shapeLike(forecast.value, attribution) };
      };

      return source.pipe(map(score));
    });
}
