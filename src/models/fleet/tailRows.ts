import { Rows } from '../../numerics/engines/fleet/rows.ts';
import { SlotPool } from '../../numerics/engines/fleet/slotTable.ts';

/** Room for the tails of vectors that are 0 for most of the time: index 0 stands for one that is. */
export class TailRows {
  readonly #rows: Rows<Float64Array>;
  readonly #pool: SlotPool = new SlotPool();

  /** @param length of a tail */
  constructor(length: number) {
    this.#rows = new Rows(length, (size) => new Float64Array(size));
  }

  /** Tails that are not 0. */
  get size(): number {
    return this.#pool.size;
  }

  /** Copies a tail into `vector`, from `head` on. */
  read(index: number, vector: Float64Array, head: number): void {
    if (index === 0) {
      for (let k = head; k < vector.length; k++) vector[k] = 0;
      return;
    }
    const chunk = this.#rows.chunk(index - 1);
    const from = this.#rows.offset(index - 1) - head;
    for (let k = head; k < vector.length; k++) vector[k] = chunk[from + k];
  }

  /** Stores the tail of `vector` in the place of the one at `index`. @returns its new index */
  write(index: number, vector: Float64Array, head: number): number {
    let k = head;
    while (k < vector.length && vector[k] === 0) k++;
    if (k === vector.length) {
      this.release(index);
      return 0;
    }
    const row = index === 0 ? this.#pool.acquire() : index - 1;
    if (index === 0) this.#rows.clear(row);
    const chunk = this.#rows.chunk(row);
    const to = this.#rows.offset(row) - head;
    for (k = head; k < vector.length; k++) chunk[to + k] = vector[k];
    return row + 1;
  }

  release(index: number): void {
    if (index !== 0) this.#pool.release(index - 1);
  }
}
