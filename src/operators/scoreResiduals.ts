import { defer, from, map, type OperatorFunction } from 'rxjs';
import { OptionSet } from '../core/optionSet.ts';
import { type Forecast, type Scored, shapeLike, toVector, type Value } from '../core/reading.ts';
import { detectorOptions } from '../models/detectorOptions.ts';
import { predictionOf } from '../models/scaling/laplaceBand.ts';
import { PredictionReader } from '../models/scaling/predictionReader.ts';
import { checkedScorers, type Scorer, type ScorerFactory } from '../models/scorer.ts';
import { evidenceFactory } from '../models/scorers/evidenceScorer.ts';

/** Options of {@link scoreResiduals}. */
export interface ScoreResidualsOptions {
  /** Creates the scorer once the number of dimensions is known. @default an `EvidenceScorer` */
  readonly scorer?: ScorerFactory;
}

const scoreResidualsOptions: OptionSet<ScoreResidualsOptions, ScoreResidualsOptions> = new OptionSet({
  scorer: detectorOptions.table.scorer,
});

/**
 * Scores each forecast by how unusual its residual is compared with all residuals before: 0 … 1, high = anomalous,
 * never NaN. Of an imputed reading only the measured dimensions count; without any it scores 0. A scorer is created
 * for every subscription, at its first event.
 *
 * @throws RxAnomalyError BAD_OPTION when called with a wrong option
 */
export function scoreResiduals<E, V extends Value>(
  options: ScoreResidualsOptions = {},
): OperatorFunction<Forecast<E, V>, Scored<E, V>> {
  const { scorer = evidenceFactory() } = scoreResidualsOptions.resolve('scoreResiduals', options);
  const create = checkedScorers('scoreResiduals', scorer);
  return (source) =>
    defer(() => {
      let model: Scorer | undefined;
      const predictions = new PredictionReader();

      const detect = (forecast: Forecast<E, V>): Scored<E, V> => {
        const value = measured(forecast);
        model ??= create(value.length);
        if (value.every(Number.isNaN)) {
          const equal = value.map(() => 1 / value.length);
          return withScore(forecast, 0, shapeLike(forecast.value, equal));
        }
        const prediction =
          model.keepsPrediction === false ? predictions.of(forecast) : predictionOf(forecast);
        const observation = { time: forecast.time, value, imputed: false };
        const { score, attribution } = model.score(prediction, observation);
        model.learn(prediction, observation, 1);
        return withScore(forecast, score, shapeLike(forecast.value, attribution));
      };

      return from(source).pipe(map(detect));
    });
}

/** (D) the measured numbers; NaN for imputed ones, which have no residual. */
function measured({ value, residual, imputed }: Forecast): readonly number[] {
  const numbers = toVector(value);
  if (!imputed) return numbers;
  const off = toVector(residual);
  return numbers.map((number, d) => (off[d] === 0 ? Number.NaN : number));
}

function withScore<E, V extends Value>(
  forecast: Forecast<E, V>,
  score: number,
  attribution: V,
): Scored<E, V> {
  const result = scored(forecast, score, attribution);
  return forecast.drift ? { ...result, drift: forecast.drift } : result;
}

/** Written out: spreading one object into another costs a microsecond. */
function scored<E, V extends Value>(
  { event, time, key, value, imputed, expected, lower, upper, residual, earlier }: Forecast<E, V>,
  score: number,
  attribution: V,
): Scored<E, V> {
  return earlier === undefined
    ? { event, time, key, value, imputed, expected, lower, upper, residual, score, attribution }
    : { event, time, key, value, imputed, expected, lower, upper, residual, earlier, score, attribution };
}
