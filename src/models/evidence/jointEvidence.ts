import type { Memory } from '../snapshot.ts';
import { JointChannel } from './jointChannel.ts';
import { raised, rooted } from './powerMean.ts';
import { Whitening } from './whitening.ts';

const LENGTHS = [3, 30]; // observations over which the channels average: what is sudden, and what is weak but goes on
const YOUNG = 400; // records over which it comes to be believed, by 1 − 1/e

/**
 * The evidence that no dimension shows on its own: sensors that always moved together part, or many are a little off at
 * once. The deviations of the values from their season are whitened by how they usually move together, and channels
 * watch their distance from the usual. (Residuals of the forecast, treated alike, found less: a forecast soon follows
 * where a sensor has gone.)
 */
export class JointEvidence {
  readonly #dimensions: number;
  readonly #whitening: Whitening;
  readonly #channels: readonly JointChannel[];
  readonly #whitened: Float64Array; // (D)
  readonly #parts: Float64Array = new Float64Array(LENGTHS.length); // of the channels in the power mean
  /** (D) what was looked at last: learning from it needs the same as scoring it. */
  readonly #deviations: Float64Array;
  #surprise: number | undefined; // at it

  constructor(dimensions: number) {
    this.#dimensions = dimensions;
    this.#whitening = new Whitening(dimensions);
    this.#channels = LENGTHS.map((length) => new JointChannel(dimensions, length));
    this.#whitened = new Float64Array(dimensions);
    this.#deviations = new Float64Array(dimensions);
  }

  /**
   * In decades of probability. Pure; `attributeInto` speaks of the same observation.
   *
   * @param deviations (D) from the season, compressed; NaN for what is missing
   * @param seen observations before this one
   */
  surprise(deviations: Float64Array, seen: number): number {
    return (1 - Math.exp(-seen / YOUNG)) * this.#look(deviations);
  }

  /** Adds `evidence` to `out` (D), to each dimension that is there its share of the newest surprise. */
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

  /** @param weight 0 moves the averages on and leaves alone what says how things should be */
  learn(deviations: Float64Array, weight: number): void {
    this.#look(deviations);
    for (const channel of this.#channels) channel.learn(weight);
    if (weight > 0) this.#whitening.learn(deviations);
    this.#surprise = undefined;
  }

  /** All that it remembers, by name. Who writes to it calls `refresh`. */
  carried(): Memory {
    const carried: Record<string, Memory[string]> = this.#whitening.carried();
    for (const [c, channel] of this.#channels.entries()) {
      for (const [name, part] of Object.entries(channel.carried())) carried[`${name}.${c}`] = part;
    }
    return carried;
  }

  /** Takes note that what is carried was written to. */
  refresh(): void {
    this.#surprise = undefined;
    for (const channel of this.#channels) channel.refresh();
  }

  /** The surprise by what came before, as if that were plenty. */
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
