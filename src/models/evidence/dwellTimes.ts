import type { Evidence } from '../../core/reading.ts';
import { pooled } from '../../numerics/pooled.ts';
import { type Layout, type Memory, orElse, ranged, SIZE, VALUE } from '../snapshot/vectors.ts';
import { NUMBERS_OF_STAYS, STAYS_LAYOUT, Stays } from './stays.ts';

/**
 * How long a stream stays on one side of the middle of its range, and whether that is as long as ever: a machine that does
 * not switch off, a tank that is not drained, a beat that is missing or comes twice. All values are ordinary, only their
 * duration is not; and no profile of phases shows it where the period wanders.
 *
 * The middle is no one threshold. An excursion that ends near a threshold makes the durations there long or short by chance:
 * weekends that are lower, a lesser load. It cannot end near all of them, so that two thresholds must show a surprise: the second
 * of the surprises at four counts.
 */
export class DwellTimes {
  /** See the offsets below. */
  readonly #range: Float64Array = pooled(3);
  readonly #durations: Float32Array = pooled(THRESHOLDS.length * NUMBERS_OF_STAYS, Float32Array);
  readonly #stays: readonly Stays[] = THRESHOLDS.map(
    (_, k) => new Stays(this.#durations, k * NUMBERS_OF_STAYS),
  );

  constructor() {
    this.#range[LOW] = this.#range[HIGH] = Number.NaN;
  }

  /** The numbers and their ranges, for a snapshot. */
  carried(): Memory {
    const isPossible = ({ [LOW]: low, [HIGH]: high }: ArrayLike<number>) =>
      Number.isNaN(low) === Number.isNaN(high);
    return {
      'dwellTimes.range': ranged(this.#range, RANGE_LAYOUT, isPossible),
      'dwellTimes.durations': ranged(this.#durations, STAYS_LAYOUT),
    };
  }

  /** Surprise at the duration that goes on, or ends, with `value`: decades of probability, 0 to 4. Pure. */
  of(value: number): number {
    return this.#isOutside(value) ? 0 : this.#surpriseAt(this.#second(value), value);
  }

  /** The duration that goes on with `value`, or ends before it: on which side, and whether it is too long or too short. Pure. */
  duration(value: number): Pick<Evidence, 'events' | 'direction' | 'tooLong'> {
    const k = this.#second(value);
    return this.#stays[k].duration(this.#sideOf(value, k));
  }

  /** @param weight at 0 what is usual stays as it is */
  learn(value: number, weight: number): void {
    const range = this.#range;
    if (Number.isNaN(range[LOW])) range[LOW] = range[HIGH] = value;
    for (let k = 0; k < THRESHOLDS.length; k++) this.#stays[k].learn(this.#sideOf(value, k), weight);
    if (weight > 0) this.#follow(value);
  }

  /** Beyond all that is usual: not for its duration. */
  #isOutside(value: number): boolean {
    const range = this.#range;
    const reach = BEYOND * (range[HIGH] - range[LOW]);
    return value > range[HIGH] + reach || value < range[LOW] - reach;
  }

  /** The threshold whose surprise is the second of all. */
  #second(value: number): number {
    let [first, second] = [0, 0];
    let [most, next] = [-1, -1]; // decades
    for (let k = 0; k < THRESHOLDS.length; k++) {
      const surprise = this.#surpriseAt(k, value);
      if (surprise > most) {
        [second, next] = [first, most];
        [first, most] = [k, surprise];
      } else if (surprise > next) [second, next] = [k, surprise];
    }
    return second;
  }

  #surpriseAt(k: number, value: number): number {
    return this.#stays[k].of(this.#sideOf(value, k));
  }

  /** 1 above a threshold, 0 below it; near it the side is kept. */
  #sideOf(value: number, k: number): number {
    const range = this.#range;
    const width = range[HIGH] - range[LOW];
    const threshold = range[LOW] + width * THRESHOLDS[k];
    const reach = NEUTRAL * width;
    if (this.#stays[k].side === 1) return value < threshold - reach ? 0 : 1;
    return value > threshold + reach ? 1 : 0;
  }

  /** The range of the values: its ends go out at once, though not for a lone glitch, and come in slowly. */
  #follow(value: number): void {
    const range = this.#range;
    const width = range[HIGH] - range[LOW];
    const most = width > 0 ? width / 4 : Number.POSITIVE_INFINITY;
    let longest = 0;
    for (const stays of this.#stays) longest = Math.max(longest, stays.longest);
    const slowly = width / (SLOW + 10 * longest);
    if (value > range[HIGH]) range[HIGH] += Math.min(most, value - range[HIGH]);
    else range[HIGH] -= Math.min(slowly, range[HIGH] - value);
    if (value < range[LOW]) range[LOW] -= Math.min(most, range[LOW] - value);
    else range[LOW] += Math.min(slowly, value - range[LOW]);
    // Another range, other thresholds: durations before say nothing of those now.
    if (range[HIGH] - range[LOW] <= GROWN * range[WIDTH]) return;
    range[WIDTH] = range[HIGH] - range[LOW];
    for (const stays of this.#stays) stays.forget();
  }
}

const LOW = 0; // ends of the range
const HIGH = 1;
const WIDTH = 2; // of the range, when the durations began

const THRESHOLDS: readonly number[] = [0.38, 0.46, 0.54, 0.62]; // of the range
const NEUTRAL = 0.12; // of the range, to each side of a threshold
const BEYOND = 0.15; // of the range, outside of it
const SLOW = 1000; // records
const GROWN = 1.5; // times the range
const RANGE_LAYOUT: Layout = [
  [2, orElse(VALUE, Number.NaN)],
  [1, SIZE],
];
