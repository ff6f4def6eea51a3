import { Random } from '../../src/core/random.ts';
import type { Observation } from '../../src/models/forecaster.ts';
import type { Snapshot } from '../../src/models/snapshot/snapshot.ts';

/** 2026-01-05, a Monday. */
const START = Date.UTC(2026, 0, 5);
/** Observations per cycle of {@link waves}: a day. */
export const WAVE_PERIOD = 48;

/** The observation of these values, half an hour after the one at `t − 1`. */
export function observed(value: readonly number[], t: number): Observation {
  return { time: START + t * 1_800_000, value, imputed: false };
}

/** The observation of a stream without times. */
export function untimed(...value: readonly number[]): Observation {
  return { time: undefined, value, imputed: false };
}

/** Each dimension a sine of amplitude 1 and a period of a day, at a level of its own, with normal noise. */
export function waves(length: number, dimensions: number, noise = 0.1, seed = 1): Observation[] {
  const random = new Random(seed);
  return Array.from({ length }, (_, t) =>
    observed(
      Array.from({ length: dimensions }, (_, d) => wave(t, d) + noise * random.normal()),
      t,
    ),
  );
}

/** What {@link waves} would be without noise. */
export function wave(t: number, d: number): number {
  return 10 * (d + 1) + Math.sin((2 * Math.PI * t) / WAVE_PERIOD + d);
}

/** What a store that keeps text gives back. */
export function throughText(snapshot: Snapshot): Snapshot {
  return JSON.parse(JSON.stringify(snapshot)) as Snapshot;
}
