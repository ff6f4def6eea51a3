import { asJson, type Json, trusted } from '../../../models/snapshot.ts';
import type { CsvRow, CsvTable } from '../../../sources/index.ts';
import { type PlacedRow, ResumePosition, type SavedPosition } from './resumePosition.ts';

/** How far a table has been judged, where its rows are read ahead of that. */
export class TablePlace {
  readonly #position: ResumePosition;
  readonly #ahead: PlacedRow[] = []; // read, and not judged or passed over

  constructor({ columns }: Pick<CsvTable, 'columns'>, saved: Json | undefined) {
    this.#position = new ResumePosition(
      columns.time !== undefined,
      trusted<SavedPosition | undefined>(saved),
    );
  }

  /** The rows that no earlier run has judged. */
  async *newRows(rows: AsyncIterable<CsvRow>): AsyncGenerator<CsvRow, void, undefined> {
    for await (const row of rows) yield* this.#new(this.#position.place(row));
    yield* this.#new(this.#position.end());
  }

  /** Takes in that the next of the new rows is judged; what it returns says where to go on then, when it is asked. */
  detected(row: CsvRow): () => Json {
    for (let next = this.#ahead.shift(); next !== undefined; next = this.#ahead.shift()) {
      this.#position.note(next);
      if (next.row === row) break;
    }
    return () => asJson(this.#position.save());
  }

  *#new(placed: readonly PlacedRow[]): Generator<CsvRow, void, undefined> {
    for (const each of placed) {
      if (!each.isNew && this.#ahead.length === 0) this.#position.note(each);
      else this.#ahead.push(each);
      if (each.isNew) yield each.row;
    }
  }
}
