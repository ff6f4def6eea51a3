import { log10 } from '../../core/math/log.ts';
import { pow } from '../../core/math/pow.ts';
import { pooledWithTails } from '../../numerics/pooled.ts';
import {
  COUNT as COUNT_RANGE,
  type Layout,
  orElse,
  type RangedVector,
  ranged,
  SHARE as SHARE_RANGE,
  VALUE as VALUE_RANGE,
  wholeWithin,
} from '../snapshot/vectors.ts';
/**
 * The evidence of an intermittent stream, one that mostly keeps one value: counts, on/off, 100 % with dips. A departure from
 * that value is a pulse; its surprise is the rarity of pulses and of pulses as large (Croston 1972: intermittent demand is a
 * rate and a size). The return to rest is not an anomaly. Residuals and averages are no evidence in such a stream: their
 * usual size is that of rest, compared with which every pulse is extreme.
 */
export class AtRest {
  /** See the offsets below; then the newest pulses, as distances from the resting value. */
  readonly state: Float64Array = pooledWithTails(PULSES, NEWEST);

  constructor() {
    this.state[VALUE] = Number.NaN;
  }

  /** The state and its ranges, for a snapshot. */
  get memory(): RangedVector {
    return ranged(this.state, LAYOUT, (state) => Number.isNaN(state[VALUE]) === (state[RECORDS] === 0));
  }

  /** Whether the stream is known to keep one value most of the time. */
  get rests(): boolean {
    return this.state[RECORDS] >= SETTLED && this.state[SHARE] > RESTING;
  }

  /**
   * The upper bound on the surprise of `value`, in decades of probability; infinite in a stream that does not rest, and
   * at its first pulse. Pure.
   *
   * @param tolerance values at most so far apart are the same
   */
  limit(value: number, tolerance = 0): number {
    const { state } = this;
    if (!this.rests) return Number.POSITIVE_INFINITY;
    if (Math.abs(value - state[VALUE]) <= tolerance) return 0;
    if (state[COUNT] === 0) return Number.POSITIVE_INFINITY;
    const overall = (state[COUNT] + 1) / (state[RECORDS] + 1);
    const rate = Math.min(1, Math.max(overall, state[RATE] + 1 / MEMORY));
    return -log10(rate) - log10(this.#rank(value - state[VALUE]));
  }

  /** @param tolerance as for `limit` */
  learn(value: number, tolerance = 0): void {
    const { state } = this;
    const isPulse = !(Math.abs(value - state[VALUE]) <= tolerance);
    // Boyer & Moore 1981: the only value that can be the majority.
    if (!isPulse) state[VOTES] = Math.min(MEMORY, state[VOTES] + 1);
    else if (--state[VOTES] <= 0) {
      this.#forget();
      state[VALUE] = value;
      state[VOTES] = state[RECORDS] = state[SHARE] = 1;
      return;
    }
    const pace = Math.max(1 / MEMORY, 1 / ++state[RECORDS]);
    state[SHARE] += pace * (Number(!isPulse) - state[SHARE]);
    state[RATE] += (Number(isPulse) - state[RATE]) / MEMORY;
    if (!isPulse) {
      state[VALUE] += (value - state[VALUE]) / CENTRED; // to the middle of values that are the same but for noise
      return;
    }
    state[COUNT]++;
    this.#note(value - state[VALUE]);
    state[LAST] = state[RECORDS];
  }

  /**
   * How rare pulses as large are among those known, in decades: evidence by itself, where the tails have not forgotten a fault
   * of the past. 0 in a stream that does not rest, or of which few pulses are known. Pure.
   */
  surpriseOfSize(value: number, tolerance = 0): number {
    const size = value - this.state[VALUE];
    const isKnown = this.rests && this.state[EPISODES] >= MANY;
    return isKnown && Math.abs(size) > tolerance ? -log10(this.#rank(size)) : 0;
  }

  /** Zeros what there is: in a stream that never rests at every second event, of which `fill` would take longer than all the rest. */
  #forget(): void {
    const { state } = this;
    const end = PULSES + Math.min(NEWEST, state[EPISODES]);
    for (let k = 0; k < end; k++) state[k] = 0;
  }

  /** Pulses that follow one another to the same side are one, as large as the largest. */
  #note(size: number): void {
    const { state } = this;
    const last = PULSES + ((state[EPISODES] - 1 + NEWEST) % NEWEST);
    if (state[EPISODES] > 0 && state[RECORDS] - state[LAST] === 1 && size * state[last] > 0) {
      if (Math.abs(size) > Math.abs(state[last])) state[last] = size;
    } else state[PULSES + (state[EPISODES]++ % NEWEST)] = size;
  }

  /**
   * Share of the newest pulses that were as large, to the same side; beyond all of them, a power law. Of many pulses the
   * largest to that side is left out: a fault that has happened once is not usual yet.
   */
  #rank(size: number): number {
    const known = Math.min(NEWEST, this.state[EPISODES]);
    let asLarge = 0;
    let second = 0;
    let first = 0;
    let largest = 0;
    for (let i = PULSES; i < PULSES + known; i++) {
      const past = this.state[i];
      const far = Math.abs(past);
      largest = Math.max(largest, far);
      if (past * size <= 0) continue;
      second = Math.max(second, Math.min(first, far));
      first = Math.max(first, far);
      if (far >= Math.abs(size)) asLarge++;
    }
    const exempt = known >= MANY && second > 0;
    if (exempt && asLarge > 0) asLarge--;
    const rank = (asLarge + 1) / (known + 1);
    if (asLarge > 0) return rank;
    return rank * pow(Math.min(1, ((exempt ? second : first) || largest) / Math.abs(size)), EXPONENT);
  }
}

const VALUE = 0; // that the stream rests at, if it rests
const VOTES = 1; // for that value
const RECORDS = 2; // since that value was adopted
const SHARE = 3; // of the newest records at that value
const COUNT = 4; // pulses since then
const RATE = 5; // of pulses among the newest records
const EPISODES = 6; // pulses, those that follow one another counting as one
const LAST = 7; // record of the newest pulse
const PULSES = 8; // here they begin

const NEWEST = 32; // pulses among which one is ranked
const MANY = 20; // pulses
const MEMORY = 1000; // records
const SETTLED = 100; // records
const CENTRED = 100; // records
const LAYOUT: Layout = [
  [1, orElse(VALUE_RANGE, Number.NaN)],
  [1, wholeWithin(0, MEMORY)],
  [1, COUNT_RANGE],
  [1, SHARE_RANGE],
  [1, COUNT_RANGE],
  [1, SHARE_RANGE],
  [2, COUNT_RANGE],
  [NEWEST, VALUE_RANGE],
];
const RESTING = 0.7; // share; a square wave is no intermittent stream
const EXPONENT = 2.5; // heavy: the sizes of few pulses are known
