import type { AheadStep, Evidence, Value, Verdict } from '../core/reading.ts';
import type { AheadPrediction } from './ahead/aheadForecaster.ts';
import type { NewestDetection } from './detector.ts';
import type { EventReader } from './eventReader.ts';
import { orElse, residualOf } from './filled.ts';
import type { Observation } from './forecaster.ts';
import type { Transform } from './transform.ts';

/** What the subscriber gets of a detection, in units of the stream. */
export function toVerdict<E, V extends Value>(
  event: E,
  key: string | undefined,
  { time, value: raw, imputed: filled }: Observation,
  detection: NewestDetection,
  reader: EventReader<E, V>,
  transform: Transform,
): Verdict<E, V> {
  const { prediction, score, isAnomaly, severity, warmingUp, startOfIncident, imputed } = detection;
  const expected = transform.inverse(prediction.expected);
  const lower = transform.inverse(prediction.lower);
  const upper = transform.inverse(prediction.upper);
  const { attribution } = detection;
  // Lists are copied: those of a prediction are filled anew at the next event.
  // One literal for both shapes: all verdicts of a process have one hidden class.
  const { isScalar } = reader;
  const value = isScalar ? orElse(raw[0], expected[0]) : raw.map((each, d) => orElse(each, expected[d]));
  const verdict = {
    event,
    time,
    key,
    value: value as V,
    expected: (isScalar ? expected[0] : expected.slice()) as V,
    lower: (isScalar ? lower[0] : lower.slice()) as V,
    upper: (isScalar ? upper[0] : upper.slice()) as V,
    residual: (typeof value === 'number'
      ? residualOf(value, expected[0], filled)
      : value.map((each, d) => residualOf(each, expected[d], filled))) as V,
    score,
    severity,
    isAnomaly,
    warmingUp,
    imputed,
    startOfIncident,
    attribution: (isScalar ? attribution[0] : attribution) as V,
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
