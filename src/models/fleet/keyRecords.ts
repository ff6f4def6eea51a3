import { Rows } from '../../numerics/engines/fleet/rows.ts';
import type { State } from '../snapshot/state.ts';
import { type Layout, type RangedVector, unpackFloats } from '../snapshot/vectors.ts';

/**
 * The states of many keys in shared models: one set of models serves all, and each key has a row of numbers. `load`
 * copies a key's numbers into the models, `store` copies them back.
 */
export class KeyRecords {
  readonly #parts: readonly Float64Array[];
  readonly #layout: Layout; // of a row
  readonly #rows: Rows<Float64Array>;
  readonly #fresh: Float64Array; // a new key's

  /** @param parts the models' states, initially those of a new key; read and written in place */
  constructor(parts: readonly RangedVector[]) {
    this.#parts = parts.map(({ vector }) => vector);
    this.#layout = parts.flatMap((part) => part.wholeLayout);
    this.#fresh = Float64Array.from(parts.flatMap(({ vector }) => [...vector]));
    this.#rows = new Rows(this.#fresh.length, (length) => new Float64Array(length));
  }

  /** Initialises `slot` for a new key. */
  clear(slot: number): void {
    this.#rows.clear(slot);
    this.#rows.row(slot).set(this.#fresh);
  }

  load(slot: number): void {
    const chunk = this.#rows.chunk(slot);
    let at = this.#rows.offset(slot);
    for (let p = 0; p < this.#parts.length; p++) {
      const part = this.#parts[p];
      for (let k = 0; k < part.length; k++) part[k] = chunk[at++];
    }
  }

  store(slot: number): void {
    const chunk = this.#rows.chunk(slot);
    let at = this.#rows.offset(slot);
    for (let p = 0; p < this.#parts.length; p++) {
      const part = this.#parts[p];
      for (let k = 0; k < part.length; k++) chunk[at++] = part[k];
    }
  }

  /** Overwrites the first numbers of a key's row with `count` numbers of `values`. */
  write(slot: number, values: Float64Array, from: number, count: number): void {
    const chunk = this.#rows.chunk(slot);
    const at = this.#rows.offset(slot);
    for (let k = 0; k < count; k++) chunk[at + k] = values[from + k];
  }

  /**
   * The numbers of a key as `row` gave them, checked.
   *
   * @throws RxAnomalyError BAD_SNAPSHOT where the models cannot hold them
   */
  check(saved: State): Float64Array {
    return unpackFloats(saved, this.#fresh.length, this.#layout);
  }

  /** A key's numbers, as a view. */
  row(slot: number): Float64Array {
    return this.#rows.row(slot);
  }
}
