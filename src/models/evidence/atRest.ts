import { pooled } from '../../numerics/pooled.ts';
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
  readonly state: Float64Array = pooled(PULSES + NEWEST);

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
   */
  limit(value: number): number {
    const { state } = this;
    if (!this.rests) return Number.POSITIVE_INFINITY;
    if (value === state[VALUE]) return 0;
    if (state[COUNT] === 0) return Number.POSITIVE_INFINITY;
    const overall = (state[COUNT] + 1) / (state[RECORDS] + 1);
    const rate = Math.min(1, Math.max(overall, state[RATE] + 1 / MEMORY));
    return -Math.log10(rate) - Math.log10(this.#rank(value - state[VALUE]));
  }

  learn(value: number): void {
    const { state } = this;
    const isPulse = value !== state[VALUE];
    // Boyer & Moore 1981: the only value that can be the majority.
    if (!isPulse) state[VOTES] = Math.min(MEMORY, state[VOTES] + 1);
    else if (--state[VOTES] <= 0) {
      state.fill(0);
      state[VALUE] = value;
      state[VOTES] = state[RECORDS] = state[SHARE] = 1;
      return;
    }
    const pace = Math.max(1 / MEMORY, 1 / ++state[RECORDS]);
    state[SHARE] += pace * (Number(!isPulse) - state[SHARE]);
    state[RATE] += (Number(isPulse) - state[RATE]) / MEMORY;
    if (!isPulse) return;
    state[PULSES + (state[COUNT] % NEWEST)] = value - state[VALUE];
    state[COUNT]++;
  }

  /** Share of the newest pulses that were as large, to the same side; beyond all of them, a power law. */
  #rank(size: number): number {
    const known = Math.min(NEWEST, this.state[COUNT]);
    let [asLarge, largestOfSide, largest] = [0, 0, 0];
    for (let i = PULSES; i < PULSES + known; i++) {
      const past = this.state[i];
      largest = Math.max(largest, Math.abs(past));
      if (past * size <= 0) continue;
      largestOfSide = Math.max(largestOfSide, Math.abs(past));
      if (Math.abs(past) >= Math.abs(size)) asLarge++;
    }
    const rank = (asLarge + 1) / (known + 1);
    if (asLarge > 0) return rank;
    return rank * Math.min(1, (largestOfSide || largest) / Math.abs(size)) ** EXPONENT;
  }
}

const VALUE = 0; // that the stream rests at, if it rests
const VOTES = 1; // for that value
const RECORDS = 2; // since that value was adopted
const SHARE = 3; // of the newest records at that value
const COUNT = 4; // pulses since then
const RATE = 5; // of pulses among the newest records
const PULSES = 6; // here they begin

const NEWEST = 64; // pulses among which one is ranked
const MEMORY = 1000; // records
const SETTLED = 100; // records
const LAYOUT: Layout = [
  [1, orElse(VALUE_RANGE, Number.NaN)],
  [1, wholeWithin(0, MEMORY)],
  [1, COUNT_RANGE],
  [1, SHARE_RANGE],
  [1, COUNT_RANGE],
  [1, SHARE_RANGE],
  [NEWEST, VALUE_RANGE],
];
const RESTING = 0.7; // share; a square wave is no intermittent stream
const EXPONENT = 2.5; // heavy: the sizes of few pulses are known
