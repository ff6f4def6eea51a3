import { pooled } from '../../numerics/pooled.ts';
import type { Prediction } from '../forecaster.ts';
import { BandCalibration } from '../scaling/bandCalibration.ts';
import { BAND } from '../scaling/laplaceBand.ts';
import { NonNegative } from '../scaling/nonNegative.ts';
import { flooredScale, ResidualScale } from '../scaling/residualScale.ts';
import { type Memory, orElse, ranged, VALUE } from '../snapshot/vectors.ts';
import { HORIZONS } from './contextInputs.ts';

const K = HORIZONS.length;
/** Of each horizon, how many forecasts come before its own: as many are kept as are pending. */
const BEFORE = HORIZONS.map((_, k) => HORIZONS.slice(0, k).reduce((sum, steps) => sum + steps, 0));
const PENDING = HORIZONS.reduce((sum, steps) => sum + steps, 0);
const PARTS = 3; // location, lower and upper end of the band
const HALF_LIFE = 500; // observations after which a residual counts half

/**
 * Forecasts of one series at each horizon, in its own unit, until they are due; then their bands are compared with the value,
 * and calibrated to hold 95 %.
 */
export class PendingBands {
  readonly #made: Float64Array; // (PENDING, PARTS) a ring for each horizon, NaN before the first
  readonly #usual: ResidualScale = new ResidualScale(K, HALF_LIFE);
  readonly #calibration: BandCalibration = new BandCalibration(K);
  readonly #nonNegative: NonNegative = new NonNegative(1);

  constructor() {
    this.#made = pooled(PENDING * PARTS);
    this.#made.fill(Number.NaN);
  }

  /** For a snapshot. */
  get memory(): Memory {
    return {
      made: ranged(this.#made, orElse(VALUE, Number.NaN)),
      usual: this.#usual.memory,
      calibration: this.#calibration.memory,
      nonNegative: this.#nonNegative.memory,
    };
  }

  /** Whether so many events left what is pending. */
  arePending(events: number): boolean {
    return arePending(this.#made, events);
  }

  /** How far off the forecasts usually are, per horizon. */
  get usual(): ResidualScale {
    return this.#usual;
  }

  /** Notes what was forecast for `HORIZONS[k]` events after an event. */
  note(event: number, k: number, expected: number, lower: number, upper: number): void {
    const at = placeOf(event, k);
    this.#made[at] = expected;
    const least = BAND * flooredScale(0, expected); // half the band of a stream that stands still
    this.#made[at + 1] = Math.min(lower, expected - least);
    this.#made[at + 2] = Math.max(upper, expected + least);
  }

  /** The location that was forecast at that event; NaN where there was none. */
  expected(event: number, k: number): number {
    return this.#made[placeOf(event, k)];
  }

  /** Writes what was forecast into dimension `d` of a prediction; NaN where there was nothing. */
  read(event: number, k: number, into: Prediction, d: number): void {
    const at = placeOf(event, k);
    const expected = event < 0 ? Number.NaN : this.#made[at];
    if (Number.isNaN(expected)) {
      put(into.expected, d, expected);
      put(into.lower, d, expected);
      put(into.upper, d, expected);
      put(into.scale, d, expected);
      return;
    }
    const factor = this.#calibration.factor(k);
    const below = expected - this.#made[at + 1];
    const above = this.#made[at + 2] - expected;
    const predicted = (below + above) / (2 * BAND);
    const usual = this.#usual.mean(k);
    // Of the scale for scorers: predicted^¼ · usual^¾. Roots take a fraction of the time of powers.
    const scale =
      usual > 0 ? Math.sqrt(usual) * Math.sqrt(Math.sqrt(usual) * Math.sqrt(predicted)) : predicted;
    const least = this.#nonNegative.least(0);
    put(into.expected, d, Math.max(least, expected));
    put(into.lower, d, Math.max(least, expected - factor * below));
    put(into.upper, d, Math.max(least, expected + factor * above));
    put(into.scale, d, flooredScale(scale, expected));
  }

  /** Compares what was forecast for this event, number `event`, with its value. */
  learn(event: number, value: number, weight: number): void {
    this.#nonNegative.learnOne(0, value);
    for (let k = 0; k < K; k++) {
      const at = placeOf(event - HORIZONS[k], k);
      const expected = this.#made[at];
      if (Number.isNaN(expected) || event < HORIZONS[k]) continue;
      const factor = this.#calibration.factor(k);
      const lower = this.#made[at + 1];
      const upper = this.#made[at + 2];
      this.#calibration.learn(
        k,
        value,
        expected - factor * (expected - lower),
        expected + factor * (upper - expected),
        weight,
      );
      this.#usual.learnOne(k, expected, value, weight);
    }
  }
}

/** Whether so many events left such forecasts: one of each horizon from each of them, until it was overwritten. */
export function arePending(made: ArrayLike<number>, events: number): boolean {
  for (let k = 0; k < K; k++) {
    for (let n = 0; n < HORIZONS[k]; n++) {
      const at = (BEFORE[k] + n) * PARTS;
      for (let part = at; part < at + PARTS; part++)
        if (Number.isNaN(made[part]) !== n >= events) return false;
    }
  }
  return true;
}

/** A prediction of nothing, to be filled in. */
export function emptyPrediction(dimensions: number): Prediction {
  if (dimensions === 1)
    return { expected: [Number.NaN], lower: [Number.NaN], upper: [Number.NaN], scale: [Number.NaN] };
  const nothing = (): number[] => new Array<number>(dimensions).fill(Number.NaN);
  return { expected: nothing(), lower: nothing(), upper: nothing(), scale: nothing() };
}

/** A prediction with those that were made for the same observation before. */
export interface PredictionWithEarlier extends Prediction {
  readonly earlier: readonly Prediction[];
}

/** One of each horizon, to be filled in. */
export function emptyPredictions(dimensions: number): PredictionWithEarlier {
  const { expected, lower, upper, scale } = emptyPrediction(dimensions);
  const earlier = new Array<Prediction>(K - 1);
  for (let k = 1; k < K; k++) earlier[k - 1] = emptyPrediction(dimensions);
  return { expected, lower, upper, scale, earlier };
}

function placeOf(event: number, k: number): number {
  return (BEFORE[k] + (event & (HORIZONS[k] - 1))) * PARTS; // horizons are powers of 2
}

/** The arrays are {@link emptyPrediction}'s own. */
function put(numbers: readonly number[], d: number, value: number): void {
  (numbers as number[])[d] = value;
}
