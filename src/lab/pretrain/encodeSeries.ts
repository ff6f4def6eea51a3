import { ContextInputs, HORIZONS, INPUTS } from '../../models/pretrained/contextInputs.ts';

const LONGEST = HORIZONS.at(-1)!;
const FIRST = 8; // events before which there is nothing to predict from
const EARLY = 150; // events
const EARLY_WEIGHT = 5; // a stream begins but once, and its user is watching

/** A series as the network sees it, and what it should predict; of as many events as `values` less the longest horizon. */
export interface EncodedSeries {
  readonly inputs: Float64Array; // (events, I)
  /** (events, K) the change within each horizon in units of the usual one, compressed. */
  readonly targets: Float64Array;
  /** (events, K) 0 before there is anything to predict from, then 5 while the series is young, then 1. */
  readonly weights: Float64Array;
}

/**
 * Runs the inputs of the forecaster over a series.
 *
 * @param times of the values; undefined for a series without
 * @param skipped first events that are seen, but not returned
 */
export function encodeSeries(
  values: Float64Array,
  times: ((t: number) => number) | undefined,
  skipped = 0,
): EncodedSeries {
  const K = HORIZONS.length;
  const events = values.length - LONGEST - skipped;
  const inputs = new Float64Array(events * INPUTS);
  const targets = new Float64Array(events * K);
  const weights = new Float64Array(events * K);
  const context = new ContextInputs();
  for (let t = 0; t < skipped + events; t++) {
    context.learn(values[t], false, times?.(t), 1);
    const at = t - skipped;
    if (at < 0) continue;
    for (let k = 0; k < INPUTS; k++) inputs[at * INPUTS + k] = context.inputs[k];
    for (let k = 0; k < K; k++) {
      targets[at * K + k] = context.target(k, values[t + HORIZONS[k]]);
      weights[at * K + k] = t < FIRST ? 0 : t < EARLY ? EARLY_WEIGHT : 1;
    }
  }
  return { inputs, targets, weights };
}
