import { log10 } from '../../core/math/log.ts';
import { pooled } from '../../numerics/pooled.ts';
import { COUNT, orElse, type RangedVector, ranged, SIZE, VALUE } from '../snapshot/vectors.ts';

/**
 * How often a stream has moved as far as it does now, in its own units: residuals do not tell, since the better a forecast
 * becomes, the more of its scales the same jump is.
 */
export class LargestMoves {
  /** Last value, sizes of the two moves before it, how many moves were seen, and the 32 largest sizes from the largest down. */
  readonly state: Float64Array = pooled(LARGEST + KEPT);

  constructor() {
    this.state[LAST] = Number.NaN;
  }

  /** The state and its ranges, for a snapshot. */
  get memory(): RangedVector {
    const layout = [
      [1, orElse(VALUE, Number.NaN)],
      [2, SIZE],
      [1, COUNT],
      [KEPT, SIZE],
    ] as const;
    return ranged(this.state, layout, (state) => {
      for (let k = LARGEST + 1; k < state.length; k++) if (state[k] > state[k - 1]) return false;
      return true;
    });
  }

  /**
   * −log10 of the share of moves that went at least half as far as the largest of the newest three, the one to `value`
   * among them. Infinite where none went as far. Pure.
   */
  surprise(value: number): number {
    const { state } = this;
    const size = Math.max(state[BEFORE], state[BEFORE + 1], Math.abs(value - state[LAST]));
    if (!(size > 0)) return Number.POSITIVE_INFINITY;
    let hits = 0;
    while (hits < KEPT && state[LARGEST + hits] >= size / 2) hits++;
    return hits === 0 ? Number.POSITIVE_INFINITY : -log10((hits + 0.5) / (state[SEEN] + 1));
  }

  /** A move that is large for this stream, and yet no exception: the sixteenth largest so far; 0 before there are as many. */
  get large(): number {
    return this.state[LARGEST + 15];
  }

  /** @param weight at 0 what is usual stays as it is */
  learn(value: number, weight: number): void {
    const { state } = this;
    const size = Math.min(SIZE.most, Math.abs(value - state[LAST]));
    state[LAST] = value;
    if (Number.isNaN(size)) return;
    state[BEFORE + 1] = state[BEFORE];
    state[BEFORE] = size;
    if (weight === 0) return;
    state[SEEN]++;
    if (!(size > state[state.length - 1])) return;
    let place = state.length - 1;
    for (; place > LARGEST && state[place - 1] < size; place--) state[place] = state[place - 1];
    state[place] = size;
  }
}

const LAST = 0;
const BEFORE = 1;
const SEEN = 3;
const LARGEST = 4;
const KEPT = 32; // of 1,000 records 3 %: what is as common is no surprise of its own
