import { hash } from 'node:crypto';
import { show } from '../../../core/options.ts';
import { badSnapshot, count, fields, type State, text } from '../../../models/snapshot/state.ts';
import type { CsvRow } from '../../../sources/index.ts';

/** The rows of a file up to where it was read: enough to recognise it. */
export type SavedStart = {
  readonly rows: number;
  /** Digest over all of them. */
  readonly digest: string;
  /** Digest over all but the last, which may have been read while it was still being written. */
  readonly before: string;
  /** By a number of rows, the digest over as many: other files are recognised by it before the end. */
  readonly marks: Readonly<Record<number, string>>;
};

/** Files that agree in so many rows are one: bounds how many are held back while that is in question. */
const CERTAIN = 4096; // a power of two
/** Of so many first rows each has a mark. */
const ALL = 64; // a power of two
/** With as many before it that agree, a last row that differs has been completed since. */
const TELLING = 16;

/** The rows of a file up to where it has been read, as digests. */
export class FileStart {
  #rows = 0;
  #digest = '';
  #before = ''; // without the last row
  readonly #marks: Record<number, string> = {};

  /** Adds the next row. */
  add(identity: string): void {
    this.#rows++;
    this.#before = this.#digest;
    this.#digest = shortHash(this.#digest + identity);
    if (hasMark(this.#rows)) this.#marks[this.#rows] = this.#digest;
  }

  /**
   * Whether this is the file of `known`, read again from its beginning; undefined while unknown.
   *
   * @param completed whether its last row may differ from what was read of it then
   */
  isOf(known: SavedStart, completed: boolean): boolean | undefined {
    if (this.#rows === known.rows) return this.#digest === known.digest;
    if (completed && this.#rows === known.rows - 1 && this.#rows >= TELLING)
      return this.#digest === known.before;
    if (!hasMark(this.#rows)) return undefined;
    if (this.#digest !== known.marks[this.#rows]) return false;
    return this.#rows === CERTAIN ? true : undefined;
  }

  save(): SavedStart {
    return { rows: this.#rows, digest: this.#digest, before: this.#before, marks: { ...this.#marks } };
  }
}

/** @throws RxAnomalyError BAD_SNAPSHOT where `state` is none that `save` gives */
export function readSavedStart(state: State): SavedStart {
  const saved = fields(state, ['rows', 'digest', 'before', 'marks']);
  const rows = count('rows', saved.rows);
  const digest = digestOf('digest', saved.digest, rows);
  const before = digestOf('before', saved.before, Math.max(0, rows - 1));
  const marked: number[] = [];
  for (let row = 1; row <= rows; row = row < ALL ? row + 1 : 2 * row) marked.push(row);
  const found = fields(
    saved.marks,
    marked.map((row) => String(row)),
  );
  const marks: Record<number, string> = {};
  for (const row of marked) marks[row] = digestOf('marks', found[row], row);
  if (hasMark(rows) && rows > 0 && marks[rows] !== digest)
    throw badSnapshot(`snapshot: expected the mark of row ${rows} to be the digest of all`);
  return { rows, digest, before, marks };
}

function digestOf(name: string, state: State | undefined, rows: number): string {
  const digest = text(name, state);
  if (rows === 0 ? digest !== '' : !/^[\w+/]{16}$/.test(digest))
    throw badSnapshot(`snapshot: expected ${name} to be a digest of ${rows} rows, got ${show(digest)}`);
  return digest;
}

/** Each of the first rows has one, then every power of two: few are kept, and half the rows held back at most in vain. */
function hasMark(rows: number): boolean {
  return rows <= ALL || (rows & (rows - 1)) === 0;
}

/** Identifies the cells of a row that are read: 96 bits of a hash, so that long cells cost no more than short ones. */
export function rowIdentity({ key, text }: CsvRow): string {
  return shortHash([text.time, key ?? '', ...text.value].join('\u001f'));
}

/** 16 characters, of base64; a string of its own, as a slice of the whole hash would keep that in memory. */
export function shortHash(text: string): string {
  return hash('sha256', text, 'buffer').toString('base64', 0, 12);
}
