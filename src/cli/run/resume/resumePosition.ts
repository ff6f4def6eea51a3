import { fields, list, type State } from '../../../models/snapshot/state.ts';
import type { CsvRow } from '../../../sources/index.ts';
import { Continuation } from './continuation.ts';
import { DetectedRows, readSavedRows, type SavedRows } from './detectedRows.ts';
import { FileStart, readSavedStart, rowIdentity, type SavedStart } from './fileStart.ts';

/** Keys whose rows are remembered; those seen last. */
const MAX_KEYS = 10_000;

/** How far a run got: what a later run skips. */
export type SavedPosition = {
  /** The file that was processed last, as far as it was. */
  readonly file: SavedStart;
  /** The last processed rows, per key; empty for a table without times. */
  readonly keys: readonly SavedRows[];
};

/** @throws RxAnomalyError BAD_SNAPSHOT where `state` is no such position */
export function readSavedPosition(state: State): SavedPosition {
  const { file, keys } = fields(state, ['file', 'keys']);
  return { file: readSavedStart(file), keys: list('keys', keys).map(readSavedRows) };
}

/** A row of which it is known whether an earlier run has processed it. */
export interface PlacedRow {
  readonly row: CsvRow;
  readonly identity: string;
  readonly isNew: boolean;
}

/**
 * Distinguishes the rows that an earlier run has processed from new ones.
 *
 * The same file, maybe longer by now, is recognised by its rows from the first on: processed ones are skipped by
 * their count, the rest is new. Any other file continues the stream: all of it is new in a table without times, else
 * each key continues as {@link Continuation} decides.
 */
export class ResumePosition {
  readonly #hasTimes: boolean;
  readonly #saved: SavedPosition | undefined;
  readonly #read: FileStart = new FileStart();
  readonly #placed: FileStart = new FileStart();
  readonly #detected: Map<string | undefined, DetectedRows> = new Map();
  readonly #continuations: Map<string | undefined, Continuation> = new Map();
  #held: Omit<PlacedRow, 'isNew'>[] = []; // while it is open whether the file is the same
  #toPassOver = 0; // rows of the same file
  #isSameFile: boolean | undefined;
  #anyNew = false;

  constructor(hasTimes: boolean, saved?: SavedPosition) {
    this.#hasTimes = hasTimes;
    this.#saved = saved;
    if (saved === undefined || saved.file.rows === 0) this.#isSameFile = false;
    for (const rows of saved?.keys ?? []) {
      const key = rows.key ?? undefined;
      this.#detected.set(key, new DetectedRows(rows));
      this.#continuations.set(key, new Continuation(rows));
    }
  }

  /**
   * The rows whose place is known now that `row` was read, in order: usually it alone, none while it may belong to the
   * beginning of the same file. Each is to be processed if it is new, and then passed to {@link note}.
   */
  place(row: CsvRow): readonly PlacedRow[] {
    const identity = rowIdentity(row);
    if (this.#isSameFile !== undefined) return [this.#placeOne({ row, identity })];
    this.#held.push({ row, identity });
    this.#read.add(identity);
    // With times, a last row that was completed since is found by its time.
    this.#isSameFile = this.#read.isOf(this.#saved!.file, !this.#hasTimes);
    if (this.#isSameFile === undefined) return [];
    if (this.#isSameFile) this.#toPassOver = this.#saved!.file.rows;
    return this.#held.splice(0).map((held) => this.#placeOne(held));
  }

  /** The rows that are still held when the file ends: it is the same, cut short, or one that only begins like it. */
  end(): readonly PlacedRow[] {
    if (!this.#hasTimes) return [];
    this.#isSameFile ??= false;
    return this.#held.splice(0).map((held) => this.#placeOne(held));
  }

  /** Notes that a row was processed or skipped. */
  note({ row, identity, isNew }: PlacedRow): void {
    this.#placed.add(identity);
    if (!isNew) return;
    this.#anyNew = true;
    if (!this.#hasTimes) return;
    const detected = this.#detected.get(row.key) ?? new DetectedRows();
    detected.add(identity, row.time);
    this.#detected.delete(row.key);
    this.#detected.set(row.key, detected); // now the one seen last
    const [oldest] = this.#detected.keys();
    if (this.#detected.size > MAX_KEYS) this.#detected.delete(oldest);
  }

  /** The position to resume from. While all rows were processed before, that is where the earlier run stopped. */
  save(): SavedPosition {
    if (!this.#anyNew && this.#saved !== undefined) return this.#saved;
    return { file: this.#placed.save(), keys: [...this.#detected].map(([key, rows]) => rows.save(key)) };
  }

  #placeOne({ row, identity }: Omit<PlacedRow, 'isNew'>): PlacedRow {
    return { row, identity, isNew: this.#isSameFile ? this.#isBeyond() : this.#continues(row, identity) };
  }

  #isBeyond(): boolean {
    if (this.#toPassOver === 0) return true;
    this.#toPassOver--;
    return false;
  }

  #continues({ key, time }: CsvRow, identity: string): boolean {
    return this.#continuations.get(key)?.isNew(identity, time) ?? true;
  }
}
