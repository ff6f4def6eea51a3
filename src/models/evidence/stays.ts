import { exp } from '../../core/math/exp.ts';
import { log, log10 } from '../../core/math/log.ts';
import type { Evidence } from '../../core/reading.ts';
import { COUNT, FLAG, type Layout, within } from '../snapshot/vectors.ts';

/**
 * The durations for which a stream stays above a threshold and below it, and whether the one that goes on is as long as ever.
 * Durations are compared by their logarithms: the more regular they are, the less it takes, and where they are as irregular as
 * those of events at random, a hundred times the longest. A duration that was surprising does not make the next as long an
 * ordinary one; two do.
 */
export class Stays {
  readonly #state: Float32Array;
  readonly #at: number;

  /**
   * @param state where its numbers are, in single precision
   * @param at the first of `NUMBERS_OF_STAYS`
   */
  constructor(state: Float32Array, at: number) {
    this.#state = state;
    this.#at = at;
  }

  /** 1 above the threshold, 0 below it. */
  get side(): number {
    return this.#state[this.#at + SIDE];
  }

  /** The longest duration of either side, in records. */
  get longest(): number {
    const sides = this.#at + SIDES;
    return Math.max(this.#state[sides + LONGEST], this.#state[sides + PER_SIDE + LONGEST]);
  }

  /** Surprise at the duration that goes on, or ends, with a value on this side: decades of probability, 0 to 4. Pure. */
  of(side: number): number {
    const state = this.#state;
    const of = this.#side();
    if (state[of + ENDED] < KNOWN) return 0;
    const length = state[this.#at + LENGTH];
    if (side === this.side)
      return length < state[of + LONGEST] ? 0 : this.#surprise(of, (length + 1) / state[of + LONGEST]);
    return length >= state[of + SHORTEST] ? 0 : this.#surprise(of, state[of + SHORTEST] / length);
  }

  /** The duration that goes on with a value on this side, or ends before it: on which side, and whether it is too long or too short. Pure. */
  duration(side: number): Pick<Evidence, 'events' | 'direction' | 'tooLong'> {
    const tooLong = side === this.side;
    const direction = this.side === 1 ? 1 : -1;
    return { events: this.#state[this.#at + LENGTH] + Number(tooLong), direction, tooLong };
  }

  /** @param weight at 0 what is usual stays as it is */
  learn(side: number, weight: number): void {
    const state = this.#state;
    const at = this.#at;
    if (side === this.side) {
      state[at + LENGTH]++;
      return;
    }
    // The first of all has no beginning.
    if (weight > 0 && state[at + SWITCHES] > 0) this.#end(this.#side(), state[at + LENGTH]);
    state[at + SWITCHES] = 1;
    state[at + SIDE] = side;
    state[at + LENGTH] = 1;
  }

  /** The durations before are worth nothing any more; the one that goes on does. */
  forget(): void {
    this.#state.fill(0, this.#at + SIDES, this.#at + NUMBERS_OF_STAYS);
  }

  /** Where the numbers of the side begin that the stream is on. */
  #side(): number {
    return this.#at + SIDES + this.side * PER_SIDE;
  }

  /** A duration of one side has ended. */
  #end(of: number, length: number): void {
    const state = this.#state;
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

  /** @param ratio by which a duration is longer than the longest, or shorter than the shortest */
  #surprise(of: number, ratio: number): number {
    const rank = Math.min(MOST_OF_RANK, log10(this.#state[of + ENDED] + 1));
    const surprise = rank + log10(ratio) / this.#spread(of);
    return surprise < ODD ? 0 : Math.min(MOST, surprise);
  }

  /** Standard deviation of the logarithms, not less than what a record more or less makes. */
  #spread(of: number): number {
    const state = this.#state;
    return Math.max(LEAST_SPREAD, exp(-state[of + MEAN]), Math.sqrt(state[of + VARIANCE]));
  }
}

const SIDE = 0; // 1 above the threshold, else 0
const LENGTH = 1; // records on this side so far
const SWITCHES = 2; // 1 from the first on
const SIDES = 3; // here the numbers of the lower side begin, then those of the upper one

const ENDED = 0; // durations
const MEAN = 1; // of their logarithms, then their variance
const VARIANCE = 2;
const LONGEST = 3; // records, of those that were not surprising
const SHORTEST = 4;
const ODD_LONG = 5; // the longest that was surprising; 0 for none
const ODD_SHORT = 6;
const PER_SIDE = 7;
export const NUMBERS_OF_STAYS: number = SIDES + 2 * PER_SIDE;

const KNOWN = 20; // durations before one surprises
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
export const STAYS_LAYOUT: Layout = [[1, FLAG], [1, COUNT], [1, FLAG], ...SIDE_LAYOUT, ...SIDE_LAYOUT];
