import type { RecordedStream } from '../../src/backtest/streamRecorder.ts';

/** A stream of one dimension as if it had been scored; the forecast is 0 with a band from −1 to 1. */
export function recorded(
  values: readonly number[],
  {
    expected = values.map(() => 0),
    half = 1,
    ...given
  }: Partial<RecordedStream> & {
    readonly expected?: readonly number[];
    readonly half?: number;
  } = {},
): RecordedStream {
  const scores = given.scores ?? new Float64Array(values.length);
  return {
    name: 'stream',
    times: undefined,
    dimensions: [
      {
        name: 'value',
        value: Float64Array.from(values),
        expected: Float64Array.from(expected),
        lower: Float64Array.from(expected, (centre) => centre - half),
        upper: Float64Array.from(expected, (centre) => centre + half),
      },
    ],
    scores,
    alertScores: scores,
    flags: [],
    alerts: [],
    incidents: [],
    imputed: [],
    labels: undefined,
    ...given,
  };
}
