import { spanText } from '../../../core/duration.ts';
import { RxAnomalyError } from '../../../core/errors.ts';
import { CounterRate } from '../../../models/derived/counterRate.ts';
import { RecentKeys } from '../../../models/derived/recentKeys.ts';
import { type ClosedWindow, Windows } from '../../../models/derived/windows.ts';
import type { CsvColumns, CsvProblem, CsvRow, CsvTable } from '../../../sources/index.ts';
import { counted } from '../../text/formatText.ts';
import {
  derivationConfig,
  derivedNames,
  KEYS,
  MOST_EMPTY,
  type Resampling,
  requireCounters,
  type TableDerivation,
} from '../derivation.ts';
import type { RunConfig } from '../runConfig.ts';
import { type DerivedRow, problemOf, problemsOf, type RowProblem } from './derivedRow.ts';

/** A table of rows that were made of another's. */
export interface DerivedTable extends CsvTable {
  /** The columns of that one. */
  readonly from: CsvColumns;
  readonly derivation: TableDerivation;
}

/** The columns that are read from the file, where the table's are made of them. */
export function columnsRead(table: CsvTable | DerivedTable): CsvColumns {
  return 'from' in table ? table.from : table.columns;
}

/** What was made of its rows, as a state has it. */
export function derivationOf(table: CsvTable | DerivedTable): RunConfig {
  const derivation: TableDerivation = 'derivation' in table ? table.derivation : {};
  return { ...derivationConfig(derivation), population: derivation.population?.group ?? null };
}

/**
 * The table with rates in place of counters, then one row for each window. The same rows, however often the file is read and
 * however it has grown: a window that has not ended is left out.
 *
 * @param note called with a line at the end, where rows were left out
 * @throws RxAnomalyError BAD_OPTION where the table has no times, or not the columns of counters
 */
export async function deriveTable(
  table: CsvTable,
  derivation: TableDerivation,
  note: (line: string) => void,
): Promise<CsvTable> {
  const { rate, resample, population } = derivation;
  if (rate === undefined && resample === undefined && population === undefined) return table;
  const option = rate !== undefined ? '--rate' : resample !== undefined ? '--resample' : '--population';
  if (table.columns.time === undefined)
    throw new RxAnomalyError(
      'BAD_OPTION',
      `${table.name}: ${option} needs the times of rows; name their column with --time`,
    );
  requireCounters(table.name, derivation, table.columns.value);
  if (resample !== undefined && table.columns.covariates !== undefined)
    throw new RxAnomalyError(
      'BAD_OPTION',
      `${table.name}: --covariate has no effect with --resample, which makes rows of values alone; leave out one of the two`,
    );
  const rates = rate === undefined ? table : withRates(table, rate);
  const derived =
    population !== undefined
      ? (await import('./peerTable.ts')).againstPeers(rates, population, resample, note)
      : resample === undefined
        ? rates
        : inWindows(rates, resample, note);
  const made: DerivedTable = { ...derived, from: table.columns, derivation };
  return made;
}

function withRates(table: CsvTable, names: readonly string[]): CsvTable {
  const value = derivedNames(table.columns.value, { rate: names });
  const places = table.columns.value.flatMap((name, place) => (names.includes(name) ? [place] : []));
  const streams = new RecentKeys<CounterRate[]>(
    KEYS,
    () => table.columns.value.map(() => new CounterRate()),
    () => {},
  );
  const read = (row: CsvRow): CsvRow[] => {
    const counters = streams.use(row.key);
    const isFirst = !places.some((place) => counters[place]!.hasBegun);
    const problems = [...row.problems];
    const values = row.value.map((count, place) => {
      if (!places.includes(place)) return count;
      const { rate, isReset } = counters[place]!.read(row.time ?? Number.NaN, count);
      const column = table.columns.value[place]!;
      if (isReset)
        resets.push(problemOf(row, 'counterReset', column, `${count} is less than before; counted from 0`));
      if (!isFirst && Number.isNaN(rate) && problems.length === 0)
        problems.push({
          kind: 'missing',
          column,
          message: `row ${row.row}: column ${column}: no rate, as its time is not after that of the row before`,
        });
      return rate * 1000;
    });
    const within = resets.splice(0);
    if (isFirst) return [];
    const text = { ...row.text, value: values.map(String) };
    return [{ ...row, value: values, text, problems, ...(within.length === 0 ? {} : { within }) } as CsvRow];
  };
  const resets: RowProblem[] = [];
  const guessed = [...table.guessed, `per second: ${names.join(', ')}`];
  return withRows({ ...table, columns: { ...table.columns, value }, guessed }, async function* () {
    for await (const rows of table.batches()) yield rows.flatMap(read);
  });
}

/** What is known of an open window but its values. */
interface Around {
  readonly windows: Windows<CsvRow>;
  row: number;
  within: RowProblem[];
  isLabelled: boolean | undefined;
}

function inWindows(table: CsvTable, { every, by }: Resampling, note: (line: string) => void): CsvTable {
  const names = table.columns.value;
  const value = derivedNames(names, { resample: { every, by } });
  const make = (): Around => ({
    windows: new Windows({ every, by, maxFill: MOST_EMPTY }),
    ...{ row: 0, within: [], isLabelled: undefined },
  });
  const streams = new RecentKeys(KEYS, make, () => {});
  const rowOf = (
    key: string | undefined,
    around: Around,
    { start, values, events }: ClosedWindow<CsvRow>,
  ): DerivedRow => {
    const isFirst = events > 0;
    const time = new Date(start).toISOString();
    const problems = values.flatMap((number, place): CsvProblem[] =>
      Number.isNaN(number)
        ? [{ kind: 'missing', column: value[place]!, message: `window of ${time}: no ${value[place]}` }]
        : [],
    );
    return {
      ...{ row: around.row, time: start, key, value: values, problems },
      label: isFirst ? around.isLabelled : undefined,
      text: { time, value: values.map(String) },
      ...(isFirst && around.within.length > 0 ? { within: around.within } : {}),
    };
  };
  const read = (row: CsvRow): readonly DerivedRow[] => {
    const around = streams.use(row.key);
    const { windows } = around;
    if (row.time === undefined) {
      around.within.push(...problemsOf(row));
      return [];
    }
    if (windows.isLate(row.time)) {
      const message = 'its window has ended; left out: rows must be in the order of time';
      around.within.push(...problemsOf(row), problemOf(row, 'timeBackwards', table.columns.time!, message));
      return [];
    }
    const ended = windows.add(row.time, row.value, row).map((each) => rowOf(row.key, around, each));
    if (ended.length > 0) Object.assign(around, { within: [], isLabelled: undefined });
    around.row = row.row;
    around.within.push(...problemsOf(row));
    if (row.label !== undefined) around.isLabelled = row.label || around.isLabelled === true;
    return ended;
  };
  const made = `rows of ${spanText(every)}: ${by.join(', ')}`;
  const columns = { ...table.columns, value };
  return withRows({ ...table, columns, guessed: [...table.guessed, made] }, async function* () {
    for await (const rows of table.batches()) yield rows.flatMap(read);
    const open = [...streams.entries()].map(([, { windows }]) => windows.events);
    const left = open.reduce((sum, events) => sum + events, 0);
    if (left > 0)
      note(
        `${table.name}: the last window${open.length > 1 ? ' of each key' : ''} has not ended: ${counted(left, 'row')} left out`,
      );
  });
}

function withRows(table: CsvTable, batches: () => AsyncGenerator<readonly CsvRow[], void, void>): CsvTable {
  return {
    ...table,
    batches,
    async *rows() {
      for await (const rows of batches()) yield* rows;
    },
    share: () => table.share(),
    close: () => table.close(),
  };
}
