import type { ProblemKind, Value } from '../../core/reading.ts';

/** How to read a CSV file; what is left out is guessed from the first rows and told in {@link CsvTable.guessed}. */
export interface CsvOptions {
  /** Name of the column with the event times. @default guessed */
  readonly time?: string;
  /** Name or names of the columns to model, in this order. @default guessed: the numeric columns that are left */
  readonly value?: string | readonly string[];
  /** Name of the column whose text names the stream a row belongs to. @default none */
  readonly key?: string;
  /** Name of the column that is 1 (or true) in rows labelled anomalous. @default guessed by name and content */
  readonly label?: string;
  /** One character. @default guessed among comma, semicolon, tab and bar */
  readonly delimiter?: string;
  /**
   * Rows, 1 or more, that are looked at before the first one is handed out. Few make a live pipe answer sooner
   * and the guesses weaker. @default 200
   */
  readonly sampleRows?: number;
}

/** The columns that are read, by name. */
export interface CsvColumns {
  readonly time?: string;
  readonly value: readonly string[];
  readonly key?: string;
  readonly label?: string;
}

/** What could not be read in one cell. */
export interface CsvProblem {
  readonly kind: Extract<ProblemKind, 'missing' | 'notANumber' | 'badTime'>;
  readonly column: string;
  /** One line: `row 7: column temp: "abc" is not a number`. */
  readonly message: string;
}

/** One data row, read: what its cells say, and what could not be read. */
export interface CsvRow<V extends Value = readonly number[]> {
  /** Number of the data row, from 1; the header and blank lines are not counted. */
  readonly row: number;
  /** Milliseconds since 1970-01-01T00:00:00Z, with a fraction when finer; undefined without a readable time. */
  readonly time: number | undefined;
  readonly key: string | undefined;
  /** One number per value column, or a number by itself where one was asked for; NaN where it is missing or unreadable, ±Infinity where the file says so. */
  readonly value: V;
  /** Undefined without a label column and where the cell is neither 0/false nor 1/true. */
  readonly label: boolean | undefined;
  /** The cells as they stand in the file, without surrounding blanks. */
  readonly text: { readonly time: string; readonly value: readonly string[] };
  /** Empty in a sound row. */
  readonly problems: readonly CsvProblem[];
}

/** An open CSV file: its columns are known, its rows are still to be read, once. */
export interface CsvTable {
  /** The file's path, `standard input` or `input`: how messages call it. */
  readonly name: string;
  readonly columns: CsvColumns;
  /** Every column of the file; unnamed ones are called column1, column2 … after their position. */
  readonly header: readonly string[];
  /** Lines fit for a user: what was guessed and what is left out. */
  readonly guessed: readonly string[];
  /** The rows one by one. Rows can be read once, through this or {@link batches}; the file closes when they end. */
  rows(): AsyncIterable<CsvRow>;
  /** The same rows as they come off the disk, some thousands together: one await for all of them. */
  batches(): AsyncIterable<readonly CsvRow[]>;
  /** Share of the file that was read so far, 0 … 1; undefined where its size is not known. */
  share(): number | undefined;
  /** Closes the file where the rows are not read to the end. */
  close(): Promise<void>;
}
