import type { Detector } from '../detector.ts';
import type { DetectorPlace, PackedPlace } from '../detectorPlace.ts';
import type { State } from '../snapshot/state.ts';

/** Rows of numbers, by their slots. */
interface RowTable {
  select(slot: number): Detector;
  pack(slot: number): State;
  unpack(slot: number, state: State): void;
  release(slot: number): void;
}

/** One stream's place among the rows. */
export class Row implements DetectorPlace, PackedPlace {
  readonly #rows: RowTable;
  readonly #slot: number;

  constructor(rows: RowTable, slot: number) {
    this.#rows = rows;
    this.#slot = slot;
  }

  get detector(): Detector {
    return this.#rows.select(this.#slot);
  }

  get packed(): PackedPlace {
    return this;
  }

  pack(): State {
    return this.#rows.pack(this.#slot);
  }

  unpack(state: State): void {
    this.#rows.unpack(this.#slot, state);
  }

  dispose(): void {
    this.#rows.release(this.#slot);
  }
}
