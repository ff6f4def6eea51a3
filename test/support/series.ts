import { Random } from '../../src/core/random.ts';

/** An LSTM that costs a tenth of the default one, for tests in which its skill does not matter. */
export const SMALL = { hidden: 4, window: 8, stride: 8, lags: 2, horizons: [1], warmUp: 60 } as const;

export interface SeriesOptions {
  readonly length: number;
  /** Observations per cycle. @default 40 */
  readonly period?: number;
  /** Standard deviation of the noise; the amplitude is 1. @default 0.1 */
  readonly noise?: number;
  /** @default 1 */
  readonly seed?: number;
}

/** A sine of amplitude 1 about 10, with normal noise. */
export function noisySine({ length, period = 40, noise = 0.1, seed = 1 }: SeriesOptions): number[] {
  const random = new Random(seed);
  return Array.from(
    { length },
    (_, t) => 10 + Math.sin((2 * Math.PI * t) / period) + noise * random.normal(),
  );
}

/** `series` with other values at some positions. */
export function withChanges<T>(series: readonly T[], changes: ReadonlyMap<number, T>): T[] {
  return series.map((value, t) => (changes.has(t) ? (changes.get(t) as T) : value));
}
