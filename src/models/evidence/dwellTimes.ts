import { exp } from '../../core/math/exp.ts';
import { log, log10 } from '../../core/math/log.ts';
import type { Evidence } from '../../core/reading.ts';
import { pooled } from '../../numerics/pooled.ts';
import {
  COUNT,
  type Layout,
  orElse,
  type RangedVector,
  ranged,
  SIZE,
  VALUE,
  within,
} from '../snapshot/vectors.ts';

/**
 * How long a stream stays on one side of the middle of its range, and whether that is as long as ever: a machine that does
 * not switch off, a tank that is not drained, a beat that is missing or comes twice. All values are ordinary, only their
 * duration is not; and no profile of phases shows it where the period wanders. Durations are compared by their logarithms: the
 * more regular they are, the less it takes, and where they are as irregular as those of events at random, a hundred times the
 * longest. A duration that was surprising does not make the next as long an ordinary one; two do.
 */
export class DwellTimes {
  /** See the offsets below; then seven numbers of each side. */
  readonly state: Float64Array = pooled(SIDES + 2 * PER_SIDE);

  constructor() {
    this.state[LOW] = this.state[HIGH] = Number.NaN;
  }

  /** The state and its ranges, for a snapshot. */
  get memory(): RangedVector {
    return ranged(this.state, LAYOUT, (state) => Number.isNaN(state[LOW]) === Number.isNaN(state[HIGH]));
  }

  /** Surprise at the duration that goes on, or ends, with `value`: decades of probability, 0 to 4. Pure. */
  of(value: number): number {
    const { state } = this;
    const of = SIDES + state[SIDE] * PER_SIDE;
    if (state[of + ENDED] < KNOWN || this.#isOutside(value)) return 0;
    const length = state[LENGTH];
    if (this.#sideOf(value) === state[SIDE])
      return length < state[of + LONGEST] ? 0 : this.#surprise(of, (length + 1) / state[of + LONGEST]);
    return length >= state[of + SHORTEST] ? 0 : this.#surprise(of, state[of + SHORTEST] / length);
  }

  /** The duration that goes on with `value`, or ends before it: on which side, and whether it is too long or too short. Pure. */
  duration(value: number): Pick<Evidence, 'events' | 'direction' | 'tooLong'> {
    const tooLong = this.#sideOf(value) === this.state[SIDE];
    const direction = this.state[SIDE] === 1 ? 1 : -1;
    return { events: this.state[LENGTH] + Number(tooLong), direction, tooLong };
  }

  /** Beyond all that is usual: not for its duration. */
  #isOutside(value: number): boolean {
    const { state } = this;
    const reach = NEUTRAL * (state[HIGH] - state[LOW]);
    return value > state[HIGH] + reach || value < state[LOW] - reach;
  }

  /** @param weight at 0 what is usual stays as it is */
  learn(value: number, weight: number): void {
    const { state } = this;
    if (Number.isNaN(state[LOW])) state[LOW] = state[HIGH] = value;
    const side = this.#sideOf(value);
    if (side === state[SIDE]) state[LENGTH]++;
    else {
      // The first of all has no beginning.
      if (weight > 0 && state[SWITCHES] > 0) this.#end(SIDES + state[SIDE] * PER_SIDE, state[LENGTH]);
      state[SWITCHES]++;
      state[SIDE] = side;
      state[LENGTH] = 1;
    }
    if (weight > 0) this.#follow(value);
  }

  /** A duration of one side has ended. */
  #end(of: number, length: number): void {
    const { state } = this;
    const isKnown = state[of + ENDED] >= KNOWN;
    const tooLong =
      isKnown && length > state[of + LONGEST] && this.#surprise(of, length / state[of + LONGEST]) >= ODD;
    const tooShort =
      isKnown && length < state[of + SHORTEST] && this.#surprise(of, state[of + SHORTEST] / length) >= ODD;
    const isFirst = state[of + ENDED] === 0;
    if (tooLong) {
      state[of + LONGEST] = Math.max(state[of + LONGEST], Math.min(length, state[of + ODD_LONG]));
      state[of + ODD_LONG] = Math.max(state[of + ODD_LONG], length);
    } else state[of + LONGEST] = Math.max(state[of + LONGEST], length);
    if (tooShort) {
      const odd = state[of + ODD_SHORT];
      if (odd > 0) state[of + SHORTEST] = Math.min(state[of + SHORTEST], Math.max(length, odd));
      state[of + ODD_SHORT] = odd > 0 ? Math.min(odd, length) : length;
    } else state[of + SHORTEST] = isFirst ? length : Math.min(state[of + SHORTEST], length);
    const rate = Math.max(1 / ++state[of + ENDED], 1 / MEMORY);
    const reach = isKnown ? 3 * this.#spread(of) : Number.POSITIVE_INFINITY;
    const off = log(length) - state[of + MEAN];
    const bounded = Math.max(-reach, Math.min(reach, off));
    state[of + MEAN] += rate * bounded;
    state[of + VARIANCE] += rate * ((1 - rate) * bounded * bounded - state[of + VARIANCE]);
  }

  /** The range of the values: its ends go out at once, though not for a lone glitch, and come in slowly. */
  #follow(value: number): void {
    const { state } = this;
    const range = state[HIGH] - state[LOW];
    const most = range > 0 ? range / 4 : Number.POSITIVE_INFINITY;
    const slowly = range / (SLOW + 10 * Math.max(state[SIDES + LONGEST], state[SIDES + PER_SIDE + LONGEST]));
    if (value > state[HIGH]) state[HIGH] += Math.min(most, value - state[HIGH]);
    else state[HIGH] -= Math.min(slowly, state[HIGH] - value);
    if (value < state[LOW]) state[LOW] -= Math.min(most, state[LOW] - value);
    else state[LOW] += Math.min(slowly, value - state[LOW]);
    // Another range, another middle: durations before say nothing of those now.
    if (state[HIGH] - state[LOW] <= GROWN * state[RANGE]) return;
    state[RANGE] = state[HIGH] - state[LOW];
    state.fill(0, SIDES);
  }

  /** 1 above the middle of the range, 0 below it; in the middle itself the side is kept. */
  #sideOf(value: number): number {
    const { state } = this;
    const middle = state[LOW] + (state[HIGH] - state[LOW]) / 2;
    const reach = NEUTRAL * (state[HIGH] - state[LOW]);
    if (state[SIDE] === 1) return value < middle - reach ? 0 : 1;
    return value > middle + reach ? 1 : 0;
  }

  /** @param ratio by which a duration is longer than the longest, or shorter than the shortest */
  #surprise(of: number, ratio: number): number {
    const rank = Math.min(MOST_OF_RANK, log10(this.state[of + ENDED] + 1));
    const surprise = rank + log10(ratio) / this.#spread(of);
    return surprise < ODD ? 0 : Math.min(MOST, surprise);
  }

  /** Standard deviation of the logarithms, not less than what a record more or less makes. */
  #spread(of: number): number {
    const { state } = this;
    return Math.max(LEAST_SPREAD, exp(-state[of + MEAN]), Math.sqrt(state[of + VARIANCE]));
  }
}

const LOW = 0; // ends of the range
const HIGH = 1;
const SIDE = 2; // 1 above the middle, else 0
const LENGTH = 3; // records on this side so far
const SWITCHES = 4; // from one side to the other
const RANGE = 5; // when the durations below began
const SIDES = 6; // here the numbers of the lower side begin, then those of the upper one

const ENDED = 0; // durations
const MEAN = 1; // of their logarithms, then their variance
const VARIANCE = 2;
const LONGEST = 3; // records, of those that were not surprising
const SHORTEST = 4;
const ODD_LONG = 5; // the longest that was surprising; 0 for none
const ODD_SHORT = 6;
const PER_SIDE = 7;

const KNOWN = 20; // durations before one surprises
const NEUTRAL = 0.15; // of the range, to each side of its middle
const SLOW = 1000; // records
const GROWN = 1.5; // times the range
const MEMORY = 100; // durations
const LEAST_SPREAD = 0.03;
const MOST_OF_RANK = 1.5; // decades: that one is the longest of all is no more surprising than that
const MOST = 4; // decades
const ODD = 2.5; // decades; what is less surprising is none
const SIDE_LAYOUT: Layout = [
  [1, COUNT],
  [1, within(0, 50)],
  [1, within(0, 2500)],
  [4, COUNT],
];
const LAYOUT: Layout = [
  [2, orElse(VALUE, Number.NaN)],
  [1, { least: 0, most: 1, isWhole: true }],
  [2, COUNT],
  [1, SIZE],
  ...SIDE_LAYOUT,
  ...SIDE_LAYOUT,
];
