import { show } from '../../core/options.ts';
import type { CsvColumns, CsvProblem, CsvRow } from './csvTable.ts';
import { parseLabel } from './guessColumns.ts';
import { isMissing, parseNumber } from './parseNumber.ts';
import type { TimeFormat } from './timeFormat.ts';

const NO_PROBLEMS: readonly CsvProblem[] = Object.freeze([]);

/** Reads one record of cells; `row` is its number, from 1. */
export type ReadRow = (record: readonly string[], row: number) => CsvRow;

/** @param timeFormat present where a time column is */
export function rowReader(
  header: readonly string[],
  columns: CsvColumns,
  timeFormat: TimeFormat | undefined,
  decimalComma: boolean,
): ReadRow {
  const timeAt = columns.time === undefined ? -1 : header.indexOf(columns.time);
  const keyAt = columns.key === undefined ? -1 : header.indexOf(columns.key);
  const labelAt = columns.label === undefined ? -1 : header.indexOf(columns.label);
  const valueAt = columns.value.map((name) => header.indexOf(name));

  return (record, row) => {
    // Made only where there is something to report: most rows of most files are sound.
    let problems: CsvProblem[] | undefined;
    const report = (kind: CsvProblem['kind'], column: string, what: string): void => {
      problems ??= [];
      problems.push({ kind, column, message: `row ${row}: column ${column}: ${what}` });
    };

    const timeText = cellAt(record, timeAt);
    let time: number | undefined;
    if (timeFormat !== undefined) {
      const read = timeFormat.read(timeText);
      if (!Number.isNaN(read)) time = read;
      else
        report('badTime', columns.time!, isMissing(timeText) ? 'no time' : `${show(timeText)} is not a time`);
    }

    const value: number[] = [];
    const valueText: string[] = [];
    for (let i = 0; i < valueAt.length; i++) {
      const text = cellAt(record, valueAt[i]!);
      const number = parseNumber(text, decimalComma);
      value.push(number);
      valueText.push(text);
      if (!Number.isNaN(number)) continue;
      if (isMissing(text)) report('missing', columns.value[i]!, 'no value');
      else report('notANumber', columns.value[i]!, `${show(text)} is not a number`);
    }

    return {
      row,
      time,
      key: keyAt === -1 ? undefined : cellAt(record, keyAt),
      value,
      label: labelAt === -1 ? undefined : parseLabel(cellAt(record, labelAt)),
      text: { time: timeText, value: valueText },
      problems: problems ?? NO_PROBLEMS,
    };
  };
}

/** Empty where the row is too short, or `index` is -1 for a column that isn't read. */
function cellAt(record: readonly string[], index: number): string {
  return index >= 0 && index < record.length ? record[index]!.trim() : '';
}
