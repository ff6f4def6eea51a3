import { log10 } from '../../core/math/log.ts';
import { pooledOf } from '../../numerics/pooled.ts';
import { COUNT, type Layout, orElse, type RangedVector, ranged, VALUE } from '../snapshot/vectors.ts';
/**
 * Surprise at a value that no longer moves: a stuck sensor or a halted feed, ordinary in every single reading. A run
 * of equal values counts once it is three times as long as the longest run of the past, and grows by a decade of
 * probability with each tenfold length. So streams that often stand still, such as counters, need longer runs; one
 * that has hardly moved yet is at rest, not stuck. A run that counted does not make the next as long an ordinary one; two do.
 */
export class StuckAt {
  /**
   * Last value, length of its run, longest ordinary run that ended, values and moves seen, how much of the run is learnt, and
   * the longest run that counted.
   */
  readonly state: Float64Array = pooledOf(Number.NaN, 0, 0, 0, 0, 0, 0);

  readonly #decades: number; // once a run counts

  /**
   * @param dimensions D of the stream: combined with the others', a surprise in one of several is worth log10(2D) less. That
   *   none of them says anything of a sensor that is stuck does not make it less certain.
   */
  constructor(dimensions = 1) {
    this.#decades = DECADES + (dimensions > 1 ? log10(2 * dimensions) : 0);
  }

  /** The state and its ranges, for a snapshot. */
  get memory(): RangedVector {
    return ranged(this.state, LAYOUT, ([value, , , seen]) => Number.isNaN(value) === (seen === 0));
  }

  /** Surprise in decades of probability, 0 or more. Pure. */
  of(value: number): number {
    const ratio = this.#ratio(this.run(value));
    return ratio >= 1 ? this.#decades + log10(ratio) : 0;
  }

  /** Whether the stream has never moved, or `value` has stood for 30 records: rounding in a forecast is no evidence. Pure. */
  stands(value: number): boolean {
    return value === this.state[0] && (this.state[4] <= 1 || this.state[1] >= SHORTEST_RUN);
  }

  /** For how many values it has stood, this one included. Pure. */
  run(value: number): number {
    return value === this.state[0] ? this.state[1] + 1 : 1;
  }

  /** Whether there were two different values. */
  get hasMoved(): boolean {
    return this.state[4] > 1;
  }

  /** @param weight at 0 the run does not become longer as far as patience is concerned */
  learn(value: number, weight = 1): void {
    const moved = value !== this.state[0];
    // At the start the current run counts as well: a stream that starts at rest may often be at rest.
    if (moved || !this.#knowsItsPace()) this.#end(this.state[5]);
    this.state[1] = this.run(value);
    if (moved || weight > 0) this.state[5] = this.state[1];
    this.state[0] = value;
    this.state[3]++;
    if (moved) this.state[4]++;
  }

  #end(run: number): void {
    const { state } = this;
    const isOrdinary = this.#ratio(run) < 1;
    state[2] = Math.max(state[2], isOrdinary ? run : Math.min(run, state[6]));
    if (!isOrdinary) state[6] = Math.max(state[6], run);
  }

  /** A run in units of the shortest that counts; 0 while that is not known. */
  #ratio(run: number): number {
    return this.#knowsItsPace() ? run / (PATIENCE * Math.max(SHORT, this.state[2])) : 0;
  }

  #knowsItsPace(): boolean {
    return this.state[3] >= ESTABLISHED && this.state[4] >= MOVING;
  }
}

const LAYOUT: Layout = [
  [1, orElse(VALUE, Number.NaN)],
  [6, COUNT],
];
const ESTABLISHED = 500; // values before there is a longest run to speak of
const MOVING = 20; // moves
const PATIENCE = 3; // times the longest run of the past
const SHORT = 4; // a longest run below this counts as this
const SHORTEST_RUN = 30; // values
const DECADES = 3; // once it counts: clearly over the default threshold
