import { exp } from '../../core/math/exp.ts';
import { pow } from '../../core/math/pow.ts';
import { pooledRoom } from '../../numerics/pooled.ts';
import { TailModel, type TailResolution } from '../../numerics/stats/tailModel.ts';
import { type Memory, type NumberRange, within } from '../snapshot/vectors.ts';
import { MovingVector } from './movingAverage.ts';
import { largestWhitened } from './whitening.ts';

/**
 * How far whitened values, averaged over the newest ones, are from their usual position: Hotelling's T² of an
 * exponential moving average (Lowry, Woodall, Champ & Rigdon 1992), with the tail of its own past. What is weak in
 * every single dimension, or lasts for a while, adds up.
 */
export class JointChannel {
  readonly #dimensions: number;
  readonly #length: number;
  readonly #average: MovingVector; // (D + 1) whitened values, then the number of dimensions with a value
  readonly #tail: TailModel;
  readonly #newest: Float64Array; // (D + 1)
  readonly #averaged: Float64Array; // (D + 1) the average with the newest in it
  #square = 0; // of its first D
  #statistic = 0;

  /** @param length observations over which it averages */
  constructor(dimensions: number, length: number, resolution: TailResolution) {
    this.#tail = new TailModel(undefined, resolution);
    this.#dimensions = dimensions;
    this.#length = length;
    this.#average = new MovingVector(dimensions + 1, length);
    this.#newest = pooledRoom(dimensions + 1);
    this.#averaged = pooledRoom(dimensions + 1);
  }

  /**
   * Decades of probability. `shareOf` and `learn` then refer to the same observation.
   *
   * @param whitened (D)
   * @param measured number of dimensions with a value
   */
  surprise(whitened: Float64Array, measured: number): number {
    const D = this.#dimensions;
    this.#newest.set(whitened);
    this.#newest[D] = measured;
    this.#average.withInto(this.#averaged, this.#newest);
    let square = 0;
    for (let d = 0; d < D; d++) square += this.#averaged[d] * this.#averaged[d];
    this.#square = square;
    this.#statistic = alike((2 * this.#length - 1) * square, this.#averaged[D]);
    return Math.max(0, this.#tail.surprise(this.#statistic));
  }

  /** The dimension's share of the squared distance; they sum to 1. */
  shareOf(d: number): number {
    return this.#square > 0 ? (this.#averaged[d] * this.#averaged[d]) / this.#square : 1 / this.#dimensions;
  }

  learn(weight: number): void {
    this.#average.learn(this.#newest);
    if (weight > 0 && this.#averaged[this.#dimensions] > 0) this.#tail.learn(this.#statistic);
  }

  carried(): Memory {
    const D = this.#dimensions;
    // Missing values are completed by what fits the others: larger than any, but not by orders of magnitude.
    const most = 1e3 * largestWhitened(D);
    const whitened = new Array<NumberRange>(D).fill(within(-most, most));
    return { average: this.#average.memory([...whitened, within(0, D)]), tail: this.#tail };
  }
}

/**
 * χ² of any number of degrees of freedom as one and the same statistic: its cube root is close to normal (Wilson &
 * Hilferty 1931), and e^(0.4 x) has a tail like those of the other channels.
 */
function alike(chiSquare: number, freedom: number): number {
  if (!(freedom > 0)) return 0;
  const variance = 2 / (9 * freedom);
  const x = (pow(chiSquare / freedom, 1 / 3) - (1 - variance)) / Math.sqrt(variance);
  return exp(SPREAD * Math.min(FARTHEST, x));
}

const SPREAD = 0.4;
const FARTHEST = 22; // standard deviations: as far as the tail model reaches
