import { medianOf } from '../../core/math/median.ts';

/** Windows of which an offset is the median at first, so that a few odd ones do not matter. */
const FIRST = 10;
/** Windows that it is a mean of, from then on. */
const MEMORY = 200;

/** By how much a stream usually differs from the level of its group, per dimension, in units of the value. */
export class PeerOffsets {
  readonly #first: number[][] = []; // per dimension, of the first windows
  readonly #offsets: number[] = [];
  readonly #learnt: number[] = []; // windows

  /** In units of the value; NaN before the first window. */
  of(d: number): number {
    return this.#offsets[d] ?? Number.NaN;
  }

  /**
   * @param deviation of one window, from the level of the group
   * @param most up to where it counts, as a difference from the offset, in units of the value
   */
  learn(d: number, deviation: number, most: number): void {
    const learnt = (this.#learnt[d] ?? 0) + 1;
    this.#learnt[d] = learnt;
    const offset = this.#offsets[d] ?? Number.NaN;
    if (learnt <= FIRST) {
      const first = [...(this.#first[d] ?? []), deviation];
      this.#first[d] = learnt < FIRST ? first : [];
      this.#offsets[d] = medianOf(Float64Array.from(first));
    } else {
      const surprise = Math.max(-most, Math.min(most, deviation - offset));
      this.#offsets[d] = offset + Math.max(1 / MEMORY, 1 / learnt) * surprise;
    }
  }
}
