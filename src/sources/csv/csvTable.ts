import type { ProblemKind, Value } from '../../core/reading.ts';

/**
 * How to read a table; what is left out is recognised from the first rows and reported in {@link CsvTable.guessed}.
 * What remains doubtful is a warning, see `onWarning`; what cannot be read for sure is an error.
 */
export interface CsvOptions {
  /**
   * Name of the column with the event times; several names, or `Date+Time`, where date, clock, AM/PM and zone, or year,
   * month, day and hour, are in a column each. @default guessed
   */
  readonly time?: string | readonly string[];
  /** Name or names of the columns to model, in this order. @default guessed: the numeric columns that are left */
  readonly value?: string | readonly string[];
  /**
   * Name or names of the columns whose text names the series a row belongs to, and `Device+Metric` for two; an empty
   * list for none. @default a text column that separates rows of the same time, if there is one
   */
  readonly key?: string | readonly string[];
  /**
   * Name of a column of text in the place of `value`: rows have no values, and its cell in `text.value`. Empty cells and those
   * of `missing` are missing. @default none
   */
  readonly category?: string;
  /** Name or names of columns of numbers that are known with or before the values, and are not modelled. @default none */
  readonly covariates?: string | readonly string[];
  /** Name of the column that is 1 (or true) in rows labelled anomalous. @default guessed by name and content */
  readonly label?: string;
  /** One character; a blank stands for any run of blanks. @default guessed among , ; tab | and blanks */
  readonly delimiter?: string;
  /**
   * How times are written: a pattern such as `%d.%m.%Y %H:%M` or `dd.MM.yyyy HH:mm`, or one of seconds, milliseconds,
   * microseconds, nanoseconds (since 1970), excel, matlab (days), labview (seconds since 1904),
   * ticks (of .NET), filetime (of Windows), webkit (microseconds since 1601). @default guessed
   */
  readonly timeFormat?: string;
  /** Whether 03/04/2024 is the third of April. @default guessed over the sample */
  readonly dayFirst?: boolean;
  /** IANA zone of times without a zone of their own, such as `Europe/Berlin`. @default UTC */
  readonly timeZone?: string;
  /** Numbers or texts that stand for a missing value, such as -9999. @default only empty cells, NA, null … */
  readonly missing?: readonly (number | string)[];
  /** Encoding of the text, a label of the WHATWG Encoding standard. @default UTF-8 or UTF-16, else Windows-1252 */
  readonly encoding?: string;
  /** Rows at the start to skip, 0 or more. @default 0 */
  readonly skipRows?: number;
  /** Which row, from 1 and after `skipRows`, holds the names of the columns; 0 for none. @default guessed */
  readonly headerRow?: number;
  /** What rows that are no data begin with. @default '#' where the row is not data */
  readonly comment?: string;
  /** The decimal sign. @default guessed for each column */
  readonly decimal?: '.' | ',';
  /** Whether a warning is an error. @default false */
  readonly strict?: boolean;
  /** Gets each warning, one line; 'silent' for none. @default console.warn */
  readonly onWarning?: ((line: string) => void) | 'silent';
  /**
   * Rows, 1 or more, that are looked at before the first one is handed out. Few make a live pipe answer sooner
   * and the guesses weaker. @default 2000 of a file, 200 of a stream
   */
  readonly sampleRows?: number;
}

/** The columns that are read, by name. */
export interface CsvColumns {
  /** `Date+Time` where several make up the time. */
  readonly time?: string;
  readonly value: readonly string[];
  /** Of text, where there are no values. */
  readonly category?: string;
  readonly covariates?: readonly string[];
  /** `device+metric` where several make up the key. */
  readonly key?: string;
  readonly label?: string;
}

/** What could not be read in one cell. */
export interface CsvProblem {
  readonly kind: Extract<ProblemKind, 'missing' | 'notANumber' | 'badTime' | 'unreadable'>;
  readonly column: string;
  /** One line: `row 7: column temp: "abc" is not a number`. */
  readonly message: string;
}

/** One data row, read: what its cells say, and what could not be read. */
export interface CsvRow<V extends Value = readonly number[]> {
  /** Number of the data row, from 1; the header, comments and blank lines are not counted. */
  readonly row: number;
  /** Milliseconds since 1970-01-01T00:00:00Z, with a fraction when finer; undefined without a readable time. */
  readonly time: number | undefined;
  /** The text of the key column; of several, `device=d1,metric=temp`. */
  readonly key: string | undefined;
  /** One number per value column, or a number by itself where one was asked for; NaN where it is missing or unreadable, ±Infinity where the file says so. */
  readonly value: V;
  /** One number per column of covariates, NaN where it is missing or unreadable; left out without such columns. */
  readonly covariates?: readonly number[];
  /** Undefined without a label column and where the cell is neither 0/false nor 1/true. */
  readonly label: boolean | undefined;
  /** The cells as they stand in the file, without surrounding blanks. */
  readonly text: {
    readonly time: string;
    readonly value: readonly string[];
    /** Of a line of a log: its level, where it has one. */
    readonly level?: string | undefined;
  };
  /** Empty in a sound row. */
  readonly problems: readonly CsvProblem[];
}

/** An open CSV file: its columns are known, its rows are still to be read, once. */
export interface CsvTable {
  /** The file's path, `standard input` or `input`: its name in messages. */
  readonly name: string;
  readonly columns: CsvColumns;
  /** Every column of the file; unnamed ones are called column1, column2 … after their position. */
  readonly header: readonly string[];
  /** Lines fit for a user: what was recognised and what is left out. */
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
