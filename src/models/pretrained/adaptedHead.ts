import { pooled } from '../../numerics/pooled.ts';
import { boundedLogScale } from '../forecasters/lstmNetwork.ts';
import { compress } from '../scaling/laplaceBand.ts';
import { COUNT, type Memory, ranged, within } from '../snapshot/vectors.ts';
import { type ContextInputs, HORIZONS, INPUTS } from './contextInputs.ts';

const K = HORIZONS.length;
const LONGEST = HORIZONS.at(-1)!;
/** What the correction is linear in: the inputs, 1, and the locations that the network gave. */
const FEATURES = INPUTS + 1 + K;
// Where, after them, each horizon's numbers of an event are: the network's log scale, the unit of changes, and the change that
// was forecast without and with the correction.
const SCALE = FEATURES;
const UNIT = SCALE + K;
const WITHOUT = UNIT + K;
const WITH = WITHOUT + K;
const KEPT = WITH + K;

/** Per horizon: targets further ahead overlap, and teach less. */
const RATES = [1.5e-3, 6e-4, 3e-4];
const POWER_RATE = 0.005; // of a feature's mean square
const LEAST_POWER = 0.01;
const SMOOTH = 0.2; // errors, in scales, below which the gradient shrinks to 0
const RECENT = 0.003; // rate of the two recent errors
const DOUBT = 1.1; // recent error of a correction that has not shown anything yet, by that without it,
const PRIOR = 10; // and for how many events it counts
const STEEPNESS = 20; // a recent error smaller by 5 % has 2.7 times the say
const MOST = 30; // a weight
/** Room for one call. */
const GAINS = new Float64Array(FEATURES);

/**
 * What a stream adds to the head of the pre-trained network: per horizon a linear correction of its location, learnt online by
 * stochastic gradient of the absolute error, each feature at a rate by its own size (normalised least mean squares with the
 * sign of the error). How much of the correction is used depends on the recent errors with and without it (as the
 * exponentially weighted average forecaster: Vovk 1990), so that it cannot harm for long.
 */
export class AdaptedHead {
  readonly #weights: Float64Array; // (K, FEATURES)
  readonly #powers: Float64Array; // (FEATURES) mean squares
  readonly #errors: Float64Array; // (2, K) recent, without and with the correction
  readonly #past: Float32Array; // (LONGEST, KEPT) ring of the newest events
  readonly #events: Float64Array; // (1)

  constructor() {
    this.#weights = pooled(K * FEATURES);
    this.#powers = pooled(FEATURES);
    this.#powers.fill(0.5);
    this.#errors = pooled(2 * K);
    this.#errors.fill(1, 0, K);
    this.#errors.fill(DOUBT, K);
    this.#past = pooled(LONGEST * KEPT, Float32Array);
    this.#events = pooled(1);
  }

  /** For a snapshot. */
  get memory(): Memory {
    return {
      'head.weights': ranged(this.#weights, within(-MOST, MOST)),
      'head.powers': ranged(this.#powers, within(0, 1e6)),
      'head.errors': ranged(this.#errors, within(0, 1e6)),
      'head.past': ranged(this.#past, within(-1e6, 1e6)),
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
   * @param inputs its inputs, from `first` on
   * @param output from `from` on, K locations, then K log scales
   */
  note(
    context: ContextInputs,
    inputs: Float64Array,
    first: number,
    output: Float64Array,
    from: number,
  ): void {
    const past = this.#past;
    const at = (this.#events[0] % LONGEST) * KEPT;
    for (let j = 0; j < INPUTS; j++) past[at + j] = inputs[first + j];
    past[at + INPUTS] = 1;
    for (let k = 0; k < K; k++) {
      past[at + INPUTS + 1 + k] = bounded(output[from + k]);
      past[at + SCALE + k] = bounded(output[from + K + k]);
      past[at + UNIT + k] = context.changes.of(k);
    }
    for (let k = 0; k < K; k++) {
      past[at + WITHOUT + k] = context.change(k, past[at + INPUTS + 1 + k]);
      past[at + WITH + k] = context.change(k, past[at + INPUTS + 1 + k] + this.#correction(k, at));
    }
    for (let j = 0; j < FEATURES; j++) this.#powers[j] += POWER_RATE * (past[at + j] ** 2 - this.#powers[j]);
    this.#events[0]++;
  }

  /** By how much the newest location of a horizon is to be moved. */
  correction(k: number): number {
    const [without, adapted] = [this.#errors[k], this.#errors[K + k]];
    if (without === 0) return 0;
    const share = 1 / (1 + (adapted / without) ** STEEPNESS);
    return share * this.#correction(k, ((this.#events[0] - 1) % LONGEST) * KEPT);
  }

  /** The forecast at one horizon that was made for this value. */
  #learnAt(k: number, context: ContextInputs, value: number, weight: number): void {
    const event = this.#events[0] - HORIZONS[k];
    if (event < 0) return;
    const at = (event % LONGEST) * KEPT;
    const past = this.#past;
    const weights = this.#weights;
    const change = context.arrived(k, value);
    const recent = weight * Math.max(RECENT, 1 / (event + PRIOR));
    this.#errors[k] += recent * (Math.abs(past[at + WITHOUT + k] - change) - this.#errors[k]);
    this.#errors[K + k] += recent * (Math.abs(past[at + WITH + k] - change) - this.#errors[K + k]);
    const target = compress(change / past[at + UNIT + k]);
    const error = past[at + INPUTS + 1 + k] + this.#correction(k, at) - target; // by what is known now
    const ratio = Math.abs(error) / (SMOOTH * Math.exp(boundedLogScale(past[at + SCALE + k])));
    const step = weight * RATES[k] * Math.sign(error) * Math.min(1, ratio);
    for (let j = 0, to = k * FEATURES; j < FEATURES; j++, to++) {
      const moved = weights[to] - step * past[at + j] * GAINS[j];
      weights[to] = Math.max(-MOST, Math.min(MOST, moved));
    }
  }

  #correction(k: number, at: number): number {
    let sum = 0;
    for (let j = 0, from = k * FEATURES; j < FEATURES; j++)
      sum += this.#weights[from + j] * this.#past[at + j];
    return sum;
  }
}

/** Of what the network gave: beyond, it means nothing. */
function bounded(output: number): number {
  return Math.max(-100, Math.min(100, output));
}
