import { exp } from '../../core/math/exp.ts';
import { square } from '../../core/math/pow.ts';
import { pooled } from '../../numerics/pooled.ts';
import { boundedLogScale } from '../forecasters/lstmNetwork.ts';
import { compress } from '../scaling/laplaceBand.ts';
import { COUNT, type Memory, ranged, VALUE, within } from '../snapshot/vectors.ts';
import { type ContextInputs, HORIZONS, INPUTS } from './contextInputs.ts';
import { RecentErrors } from './recentErrors.ts';

const K = HORIZONS.length;
const LONGEST = HORIZONS.at(-1)!;
/** What the correction is linear in: the inputs, 1, and the locations that the network gave. */
const FEATURES = INPUTS + 1 + K;
// Where, after them, each horizon's numbers of an event are: the network's log scale and the unit of changes.
const SCALE = FEATURES;
const UNIT = SCALE + K;
const KEPT = UNIT + K;
// In full precision, of an event: mean and deviation by which values were standardised (a deviation of 0: there was none yet),
// then each horizon's forecast without and with the correction.
const MEAN = 0;
const DEVIATION = 1;
const WITHOUT = 2;
const WITH = WITHOUT + K;
const FORECAST = WITH + K;

/** Per horizon: targets further ahead overlap, and teach less. */
const RATES = [1.5e-3, 4e-4, 1.5e-4];
const POWER_RATE = 0.005; // of a feature's mean square
const LEAST_POWER = 0.01;
const SMOOTH = 0.2; // errors, in scales, below which the gradient shrinks to 0
const DOUBT = 1.1; // error of a correction that has not shown anything yet, by that without it
const MOST = 30; // a weight
/** Room for one call. */
const GAINS = new Float64Array(FEATURES);

/**
 * What a stream adds to the head of the pre-trained network: per horizon a linear correction of its location, learnt online by
 * stochastic gradient of the absolute error, each feature at a rate by its own size (normalised least mean squares with the
 * sign of the error). How much of it is used depends on the {@link RecentErrors}.
 */
export class AdaptedHead {
  readonly #weights: Float64Array; // (K, FEATURES)
  readonly #powers: Float64Array; // (FEATURES) mean squares
  readonly #errors: RecentErrors = new RecentErrors(DOUBT);
  readonly #past: Float32Array; // (LONGEST, KEPT) ring of the newest events
  readonly #made: Float64Array; // (LONGEST, FORECAST) the same ring, in units of the series
  readonly #events: Float64Array; // (1)
  readonly #newest: Float64Array; // (K) whole corrections of the event that was noted last

  constructor() {
    this.#weights = pooled(K * FEATURES);
    this.#powers = pooled(FEATURES);
    this.#powers.fill(0.5);
    this.#past = pooled(LONGEST * KEPT, Float32Array);
    this.#made = pooled(LONGEST * FORECAST);
    this.#events = pooled(1);
    this.#newest = pooled(K);
  }

  /** For a snapshot. */
  get memory(): Memory {
    return {
      'head.weights': ranged(this.#weights, within(-MOST, MOST)),
      'head.powers': ranged(this.#powers, within(0, 1e6)),
      'head.errors': this.#errors.memory,
      'head.past': ranged(this.#past, within(-1e6, 1e6)),
      'head.made': ranged(this.#made, VALUE),
      'head.events': ranged(this.#events, COUNT),
    };
  }

  /** (K, FEATURES) a copy of the corrections. */
  get weights(): Float64Array {
    return this.#weights.slice();
  }

  /** Learns from the value after the newest, before the context does. */
  learn(context: ContextInputs, value: number, weight: number): void {
    if (weight === 0) return;
    for (let j = 0; j < FEATURES; j++) GAINS[j] = 1 / Math.sqrt(this.#powers[j] + LEAST_POWER);
    for (let k = 0; k < K; k++) this.#learnAt(k, context, value, weight);
  }

  /**
   * Notes what the network saw and gave at the newest event, which the context has learnt.
   *
   * @param output from `from` on, K locations, then K log scales
   */
  note(context: ContextInputs, output: Float64Array, from: number): void {
    const { inputs, scaler, changes } = context;
    const past = this.#past;
    const made = this.#made;
    const event = this.#events[0] % LONGEST;
    const at = event * KEPT;
    const to = event * FORECAST;
    for (let j = 0; j < INPUTS; j++) past[at + j] = inputs[j];
    past[at + INPUTS] = 1;
    for (let k = 0; k < K; k++) {
      past[at + INPUTS + 1 + k] = bounded(output[from + k]);
      past[at + SCALE + k] = bounded(output[from + K + k]);
      past[at + UNIT + k] = changes.of(k);
    }
    made[to + MEAN] = scaler.mean(0);
    made[to + DEVIATION] = scaler.hasSpread(0) ? scaler.deviation(0) : 0;
    for (let k = 0; k < K; k++) {
      const location = past[at + INPUTS + 1 + k];
      made[to + WITHOUT + k] = context.located(k, location);
      this.#newest[k] = this.#correction(k, at);
      made[to + WITH + k] = context.located(k, location + this.#newest[k]);
    }
    for (let j = 0; j < FEATURES; j++)
      this.#powers[j] += POWER_RATE * (square(past[at + j]) - this.#powers[j]);
    this.#events[0]++;
  }

  /** By how much the location of a horizon that was noted last is to be moved. */
  correction(k: number): number {
    return this.#errors.share(k) * this.#newest[k];
  }

  /** The forecast at one horizon that was made for this value. */
  #learnAt(k: number, { scaler }: ContextInputs, value: number, weight: number): void {
    const event = this.#events[0] - HORIZONS[k];
    if (event < 0) return;
    const at = (event % LONGEST) * KEPT;
    const past = this.#past;
    const made = this.#made;
    const from = (event % LONGEST) * FORECAST;
    const x = scaler.compressed(0, value);
    const without = Math.abs(scaler.compressed(0, made[from + WITHOUT + k]) - x);
    const adapted = Math.abs(scaler.compressed(0, made[from + WITH + k]) - x);
    this.#errors.learn(k, without, adapted, event, weight);
    // A stream that stands still, as was forecast, teaches nothing: what it did teach was wrong once it moved again.
    if (made[from + DEVIATION] === 0 || (without === 0 && adapted === 0)) return;
    // As the network learnt it: by the scale at the time of the forecast.
    const seen = compress((value - made[from + MEAN]) / made[from + DEVIATION]);
    const target = compress((seen - past[at]) / past[at + UNIT + k]);
    const error = past[at + INPUTS + 1 + k] + this.#correction(k, at) - target; // by what is known now
    const ratio = Math.abs(error) / (SMOOTH * exp(boundedLogScale(past[at + SCALE + k])));
    const step = weight * RATES[k] * Math.sign(error) * Math.min(1, ratio);
    const weights = this.#weights;
    for (let j = 0, to = k * FEATURES; j < FEATURES; j++, to++) {
      const moved = weights[to] - step * past[at + j] * GAINS[j];
      weights[to] = Math.max(-MOST, Math.min(MOST, moved));
    }
  }

  #correction(k: number, at: number): number {
    const weights = this.#weights;
    const past = this.#past;
    let sum = 0;
    for (let j = 0, from = k * FEATURES; j < FEATURES; j++) sum += weights[from + j] * past[at + j];
    return sum;
  }
}

/** Of what the network gave: beyond, it means nothing. */
function bounded(output: number): number {
  return Math.max(-100, Math.min(100, output));
}
