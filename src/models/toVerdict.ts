import type { AheadStep, Evidence, Value, Verdict } from '../core/reading.ts';
import type { AheadPrediction } from './ahead/aheadForecaster.ts';
import type { Detection } from './detector.ts';
import type { EventReader } from './eventReader.ts';
import type { Observation } from './forecaster.ts';
import type { Transform } from './transform.ts';

/** What the subscriber gets of a detection, in units of the stream. */
export function toVerdict<E, V extends Value>(
  event: E,
  key: string | undefined,
  { time, value: raw, imputed: filled }: Observation,
  detection: Detection,
  reader: EventReader<E, V>,
  transform: Transform,
): Verdict<E, V> {
  const { prediction, score, isAnomaly, severity, warmingUp, startOfIncident, imputed } = detection;
  const expected = transform.inverse(prediction.expected);
  const value = raw.slice();
  const residual = new Array<number>(value.length);
  for (let d = 0; d < value.length; d++) {
    if (Number.isNaN(value[d])) value[d] = expected[d];
    residual[d] = filled ? 0 : value[d] - expected[d];
  }
  const verdict = {
    event,
    time,
    key,
    value: reader.shape(value),
    expected: reader.shape(expected),
    lower: reader.shape(transform.inverse(prediction.lower)),
    upper: reader.shape(transform.inverse(prediction.upper)),
    residual: reader.shape(residual),
    score,
    severity,
    isAnomaly,
    warmingUp,
    imputed,
    startOfIncident,
    attribution: reader.shape(detection.attribution),
  };
  const { drift, evidence } = detection;
  if (!drift && !evidence) return verdict;
  return { ...verdict, ...(drift && { drift }), ...(evidence && { evidence: inUnits(evidence, transform) }) };
}

/** With the usual value as the stream has it. */
function inUnits(evidence: Evidence, transform: Transform): Evidence {
  const { dimension, usual } = evidence;
  if (usual === undefined) return evidence;
  const modelled = new Array<number>(dimension + 1).fill(usual);
  return { ...evidence, usual: transform.inverse(modelled)[dimension] };
}

/** What the subscriber gets of forecasts. */
export function toAheadSteps<E, V extends Value>(
  ahead: readonly AheadPrediction[],
  reader: Pick<EventReader<E, V>, 'shape'>,
): AheadStep<V>[] {
  return ahead.map(({ step, time, expected, quantiles }) => ({
    step,
    time,
    expected: reader.shape(expected),
    quantiles: quantiles.map((quantile) => reader.shape(quantile)),
  }));
}
