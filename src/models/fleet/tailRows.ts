import { Rows } from './rows.ts';
import { SlotPool } from './slotPool.ts';

export const ZEROS = 0;
export const LIKE = -1; // the one before it: several scales begin with the same values

/** Numbers in a vector, from `from` on. */
export class Run {
  readonly vector: Float64Array;
  readonly from: number;
  readonly length: number;
  readonly #bits: Uint32Array;
  /** Whether they were all 0 when they were last stored or read, and nobody has written since. */
  #isCleared = false;

  constructor(vector: Float64Array, from: number, length: number) {
    this.vector = vector;
    this.from = from;
    this.length = length;
    this.#bits = new Uint32Array(vector.buffer, vector.byteOffset + 8 * from, 2 * length);
  }

  /** Whether all are 0, and not −0. Remembered until `clear`, before which nobody may write to them. */
  checkZero(): boolean {
    const bits = this.#bits;
    const { length } = bits;
    let some = 0;
    let k = 0;
    for (; k + 3 < length && some === 0; k += 4) some = bits[k] | bits[k + 1] | bits[k + 2] | bits[k + 3];
    for (; k < length && some === 0; k++) some = bits[k];
    this.#isCleared = some === 0;
    return this.#isCleared;
  }

  clear(): void {
    if (!this.#isCleared) this.#bits.fill(0);
    this.#isCleared = false;
  }

  /** Copies `length` numbers of `source` here, from `at` on. */
  fill(source: Float64Array, at: number): void {
    const { vector, from, length } = this;
    for (let k = 0; k < length; k++) vector[from + k] = source[at + k];
    this.#isCleared = false;
  }

  isLike({ vector, from }: Run): boolean {
    for (let k = 0; k < this.length; k++)
      if (!Object.is(this.vector[this.from + k], vector[from + k])) return false;
    return true;
  }
}

/** Room for runs of numbers that are 0 for most of the time, or as others. */
export class TailRows {
  readonly #length: number;
  readonly #rows: Rows<Float64Array>;
  readonly #pool: SlotPool = new SlotPool();

  /** @param length of a run */
  constructor(length: number) {
    this.#length = length;
    this.#rows = new Rows(length, (size) => new Float64Array(size));
  }

  /** Runs that take room. */
  get size(): number {
    return this.#pool.size;
  }

  /**
   * Puts the numbers at an index into a run, to which nothing was written since `write`.
   *
   * @param index as `write` returned it; 0 for zeros
   * @param like the run that `write` compared it with, as it was then
   */
  read(index: number, run: Run, like?: Run): void {
    if (index === ZEROS) run.clear();
    else if (index === LIKE) run.fill(like!.vector, like!.from);
    else run.fill(this.#rows.chunk(index - 1), this.#rows.offset(index - 1));
  }

  /** The bits of the numbers at an index above 0, which `read` would put into a run. */
  words(index: number): Uint32Array {
    const { buffer, byteOffset, length } = this.#rows.row(index - 1);
    return new Uint32Array(buffer, byteOffset, 2 * length);
  }

  /** Stores a run in the place of the one at `index`. @returns its new index */
  write(index: number, run: Run, like?: Run): number {
    const isZero = run.checkZero();
    if (isZero || (like !== undefined && run.isLike(like))) {
      this.release(index);
      return isZero ? ZEROS : LIKE;
    }
    const row = index > 0 ? index - 1 : this.#pool.acquire();
    if (index <= 0) this.#rows.clear(row);
    const { vector, from } = run;
    const chunk = this.#rows.chunk(row);
    const at = this.#rows.offset(row);
    for (let k = 0; k < this.#length; k++) chunk[at + k] = vector[from + k];
    return row + 1;
  }

  release(index: number): void {
    if (index > 0) this.#pool.release(index - 1);
  }
}
