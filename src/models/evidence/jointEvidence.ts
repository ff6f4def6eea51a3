import { exp } from '../../core/math/exp.ts';
import { pooledRoom } from '../../numerics/pooled.ts';
import type { TailResolution } from '../../numerics/stats/tailModel.ts';
import type { Memory } from '../snapshot/vectors.ts';
import { JointChannel } from './jointChannel.ts';
import { raised, rooted } from './means.ts';
import { Whitening } from './whitening.ts';

const LENGTHS = [3, 30]; // observations over which the channels average: sudden changes, and weak ones that last
const YOUNG = 400; // records over which it gains weight, by 1 − 1/e

/**
 * The evidence that no dimension shows alone: sensors that used to move together diverge, or many deviate a little at
 * once. The deviations of the values from their season are whitened by their usual correlation, and channels measure
 * their distance from the usual. (Residuals of the forecast, treated the same way, found less: a forecast soon
 * follows a sensor.)
 */
export class JointEvidence {
  readonly #dimensions: number;
  readonly #whitening: Whitening;
  readonly #channels: readonly JointChannel[];
  readonly #whitened: Float64Array; // (D)
  readonly #parts: Float64Array = pooledRoom(LENGTHS.length); // of the channels in the power mean
  /** (D) the last observation: learning from it needs the same as scoring it. */
  readonly #deviations: Float64Array;
  #surprise: number | undefined; // at it

  constructor(dimensions: number, resolution: TailResolution) {
    this.#dimensions = dimensions;
    this.#whitening = new Whitening(dimensions);
    this.#channels = LENGTHS.map((length) => new JointChannel(dimensions, length, resolution));
    this.#whitened = pooledRoom(dimensions);
    this.#deviations = pooledRoom(dimensions);
  }

  /**
   * In decades of probability. Pure; `attributeInto` refers to the same observation.
   *
   * @param deviations (D) from the season, compressed; NaN for what is missing
   * @param seen observations before this one
   */
  surprise(deviations: Float64Array, seen: number): number {
    this.#surprise = undefined; // of another stream, where several share this object
    return (1 - exp(-seen / YOUNG)) * this.#look(deviations);
  }

  /** Adds `evidence` to `out` (D), to each measured dimension its share of the newest surprise. */
  attributeInto(out: number[], evidence: number): void {
    const shares = new Float64Array(this.#dimensions);
    let sum = 0;
    for (let d = 0; d < this.#dimensions; d++) {
      if (Number.isNaN(this.#deviations[d])) continue;
      for (const [c, channel] of this.#channels.entries()) shares[d] += this.#parts[c] * channel.shareOf(d);
      sum += shares[d];
    }
    if (sum > 0) for (let d = 0; d < this.#dimensions; d++) out[d] += evidence * (shares[d] / sum);
  }

  /** @param weight at 0 the averages are updated, but not what is learnt as normal */
  learn(deviations: Float64Array, weight: number): void {
    this.#look(deviations);
    for (const channel of this.#channels) channel.learn(weight);
    if (weight > 0) this.#whitening.learn(deviations);
    this.#surprise = undefined;
  }

  /** Its whole state, by name. Call `refresh` after writing to it. */
  carried(): Memory {
    const carried: Record<string, Memory[string]> = this.#whitening.carried();
    for (const [c, channel] of this.#channels.entries()) {
      for (const [name, part] of Object.entries(channel.carried())) carried[`${name}.${c}`] = part;
    }
    return carried;
  }

  /** Call after writing to the state. */
  refresh(): void {
    this.#surprise = undefined;
  }

  /** The surprise by what came before, as if there were plenty of it. */
  #look(deviations: Float64Array): number {
    if (this.#surprise !== undefined && deviations.every(this.#isSame)) return this.#surprise;
    this.#deviations.set(deviations);
    const detected = this.#whitening.applyInto(this.#whitened, deviations);
    let sum = 0;
    for (const [c, channel] of this.#channels.entries()) {
      this.#parts[c] = raised(channel.surprise(this.#whitened, detected)) / LENGTHS.length;
      sum += this.#parts[c];
    }
    this.#surprise = detected === 0 ? 0 : rooted(sum);
    return this.#surprise;
  }

  readonly #isSame = (deviation: number, d: number): boolean => Object.is(deviation, this.#deviations[d]);
}
