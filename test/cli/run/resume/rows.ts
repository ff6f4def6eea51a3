import {
  type PlacedRow,
  ResumePosition,
  type SavedPosition,
} from '../../../../src/cli/run/resume/resumePosition.ts';
import type { CsvRow } from '../../../../src/sources/index.ts';

/** What a test says of a row; `time` in milliseconds, undefined where it cannot be read. */
export interface Cells {
  readonly key?: string;
  readonly time?: number | undefined;
  readonly value: string | number;
}

/** The rows as a table hands them out. */
export function rowsOf(cells: readonly Cells[]): CsvRow[] {
  return cells.map(({ key, time, value }, at) => ({
    row: at + 1,
    time,
    key,
    value: [Number(value)],
    label: undefined,
    text: { time: time === undefined ? 'no time' : String(time), value: [String(value)] },
    problems: [],
  }));
}

/** One run over a file after another, as `detect --checkpoint` does it. */
export class Runs {
  saved: SavedPosition | undefined;
  readonly #hasTimes: boolean;

  constructor(hasTimes = true) {
    this.#hasTimes = hasTimes;
  }

  /**
   * The values of the rows that are new in a file.
   *
   * @param upTo new rows after which the run breaks off
   */
  over(cells: readonly Cells[], upTo = Number.POSITIVE_INFINITY): string[] {
    const position = new ResumePosition(this.#hasTimes, this.saved);
    const detected: string[] = [];
    const detect = (rows: readonly PlacedRow[]): boolean => {
      for (const placed of rows) {
        if (placed.isNew && detected.length === upTo) return false;
        if (placed.isNew) detected.push(placed.row.text.value[0]!);
        position.note(placed);
      }
      return true;
    };
    if (rowsOf(cells).every((row) => detect(position.place(row)))) detect(position.end());
    this.saved = JSON.parse(JSON.stringify(position.save())) as SavedPosition;
    return detected;
  }
}

/** The values of these rows. */
export function valuesOf(cells: readonly Cells[]): string[] {
  return cells.map(({ value }) => String(value));
}
