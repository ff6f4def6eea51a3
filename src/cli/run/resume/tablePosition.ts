import type { Json } from '../../../models/snapshot/state.ts';
import type { CsvRow, CsvTable } from '../../../sources/index.ts';
import { type PlacedRow, ResumePosition, type SavedPosition } from './resumePosition.ts';

/** A row that was read, and whether it still has to be processed before those behind it may be noted. */
interface ReadRow {
  readonly placed: PlacedRow;
  isPending: boolean;
}

/** How far a table has been processed, where its rows are read ahead of that. */
export class TablePosition {
  readonly #position: ResumePosition;
  #ahead: ReadRow[] = []; // read and not noted, from #next on
  #next = 0;
  readonly #onPassedOver: () => void;

  /** @param onPassedOver called for each row that an earlier run has processed */
  constructor(
    { columns }: Pick<CsvTable, 'columns'>,
    saved: SavedPosition | undefined,
    onPassedOver: () => void = () => {},
  ) {
    this.#position = new ResumePosition(columns.time !== undefined, saved);
    this.#onPassedOver = onPassedOver;
  }

  /** Of the next rows of the table, and of those that were held back, the ones known to be new. */
  *newRows(rows: Iterable<CsvRow>): Generator<CsvRow, void, undefined> {
    for (const row of rows) yield* this.#new(this.#position.place(row));
  }

  /** The new rows that are still held back when the table ends. */
  *rest(): Generator<CsvRow, void, undefined> {
    yield* this.#new(this.#position.end());
  }

  /** Takes note that a new row is left out: it is not handed to {@link after}. */
  skip(row: CsvRow): void {
    for (let at = this.#ahead.length - 1; at >= this.#next; at--) {
      const read = this.#ahead[at]!;
      if (read.placed.row !== row) continue;
      read.isPending = false;
      break;
    }
    this.#settle();
  }

  /** To be called before a new row is processed, in order; the result may be asked for the position once it is. */
  after(row: CsvRow): () => Json {
    // Those before it have been processed.
    while (this.#next < this.#ahead.length && this.#ahead[this.#next]!.placed.row !== row) this.#note();
    const read = this.#ahead[this.#next];
    return () => {
      if (read !== undefined) read.isPending = false;
      this.#settle();
      return this.#position.save();
    };
  }

  *#new(placed: readonly PlacedRow[]): Generator<CsvRow, void, undefined> {
    for (const each of placed) {
      this.#ahead.push({ placed: each, isPending: each.isNew });
      if (each.isNew) yield each.row;
      else {
        this.#onPassedOver();
        this.#settle();
      }
    }
  }

  #settle(): void {
    while (this.#ahead[this.#next]?.isPending === false) this.#note();
  }

  #note(): void {
    this.#position.note(this.#ahead[this.#next]!.placed);
    this.#next++;
    if (this.#next < 1024 && this.#next < this.#ahead.length) return;
    this.#ahead = this.#ahead.slice(this.#next); // seldom: shifting each would move all the others
    this.#next = 0;
  }
}
