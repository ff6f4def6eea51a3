import { Rows } from '../../numerics/engines/fleet/rows.ts';
import { SlotPool } from '../../numerics/engines/fleet/slotTable.ts';

/** Numbers in a vector, from `from` on. */
export interface Run {
  readonly vector: Float64Array;
  readonly from: number;
}

const ZEROS = 0;
const LIKE = -1; // the one before it: several scales begin with the same values

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
   * Copies a run into `vector`, from `from` on.
   *
   * @param index as `write` returned it; 0 for one that is 0
   * @param like the run that `write` compared it with, as it was then
   */
  read(index: number, vector: Float64Array, from: number, like?: Run): void {
    const length = this.#length;
    if (index === ZEROS) {
      for (let k = 0; k < length; k++) vector[from + k] = 0;
      return;
    }
    const source = index === LIKE ? like!.vector : this.#rows.chunk(index - 1);
    const at = index === LIKE ? like!.from : this.#rows.offset(index - 1);
    for (let k = 0; k < length; k++) vector[from + k] = source[at + k];
  }

  /** Stores the run in `vector` from `from` on in the place of the one at `index`. @returns its new index */
  write(index: number, vector: Float64Array, from: number, like?: Run): number {
    const found = this.#isZero(vector, from) ? ZEROS : this.#isLike(vector, from, like) ? LIKE : undefined;
    if (found !== undefined) {
      this.release(index);
      return found;
    }
    const row = index > 0 ? index - 1 : this.#pool.acquire();
    if (index <= 0) this.#rows.clear(row);
    const chunk = this.#rows.chunk(row);
    const at = this.#rows.offset(row);
    for (let k = 0; k < this.#length; k++) chunk[at + k] = vector[from + k];
    return row + 1;
  }

  release(index: number): void {
    if (index > 0) this.#pool.release(index - 1);
  }

  #isZero(vector: Float64Array, from: number): boolean {
    for (let k = 0; k < this.#length; k++) if (!Object.is(vector[from + k], 0)) return false;
    return true;
  }

  #isLike(vector: Float64Array, from: number, like: Run | undefined): boolean {
    if (like === undefined) return false;
    for (let k = 0; k < this.#length; k++)
      if (!Object.is(vector[from + k], like.vector[like.from + k])) return false;
    return true;
  }
}
