import type { Value } from '../../../core/reading.ts';
import type { DurableDetector } from '../../../models/durable/durableDetector.ts';
import type { CsvRow, CsvTable } from '../../../sources/index.ts';
import type { ColumnOptions } from '../../options/options.ts';
import { isoTime } from '../../output/verdictFormat.ts';
import { counted } from '../../text/formatText.ts';
import type { DetectionContext } from '../detection.ts';
import { badRow, type DetectionOptions, type HistoryRow } from '../rowOptions.ts';
import { columnsResumedWith } from './columns.ts';
import { problemsOf } from './derivedRow.ts';
import { columnsRead } from './derivedTable.ts';
import { openTable } from './openTable.ts';

/** What `--history` names, read with the columns of the table that it is the history of. */
export class History {
  readonly #table: CsvTable;
  readonly #columns: ColumnOptions;
  readonly #onBadData: DetectionOptions['onBadData'];
  readonly #context: DetectionContext;
  /** Until the first row of the table is known. */
  #rows: readonly HistoryRow[] | undefined;

  /** @param table that is read after it */
  constructor(
    table: CsvTable,
    columns: ColumnOptions,
    { onBadData }: DetectionOptions,
    context: DetectionContext,
  ) {
    this.#table = table;
    this.#columns = columns;
    this.#onBadData = onBadData;
    this.#context = context;
  }

  /**
   * Reads the tables and teaches the detector; reports how many records there were, and from when to when.
   *
   * @throws RxAnomalyError as the reading of a table does; the signal's reason when it aborts
   */
  async teach(detector: DurableDetector<CsvRow, Value>): Promise<void> {
    const { signal, pause, log, history: { history = [], passes = 1 } = {} } = this.#context;
    const rows: HistoryRow[] = [];
    for (const path of history) for await (const batch of this.#read(path)) rows.push(...batch);
    this.#rows = rows;
    const { events, from, to } = await detector.warmUp(rows, { passes }, () => {
      signal.throwIfAborted();
      return pause();
    });
    const span = from === undefined || to === undefined ? '' : `, ${isoTime(from)} to ${isoTime(to)}`;
    const often = passes === 1 ? '' : `, in ${passes} passes`;
    log(`learnt ${counted(events, 'record')} of ${history.join(', ')}${span}${often}`);
  }

  /** Reports records that are newer than the first row of the table. */
  check(first: CsvRow): void {
    const rows = this.#rows ?? [];
    const { time } = first;
    if (time === undefined) return;
    this.#rows = undefined;
    const newer = rows.filter((row) => row.time !== undefined && row.time > time);
    if (newer.length === 0) return;
    const [{ table, row, time: when }] = newer;
    this.#context.log(
      `warning: ${counted(newer.length, 'record')} of the history ${newer.length === 1 ? 'is' : 'are'} newer than the first of ${this.#table.name} ` +
        `(row ${first.row}, ${isoTime(time)}), from row ${row} of ${table.name} (${isoTime(when)}) on: the models know what ` +
        'is yet to come, and find it usual; let the history end before',
    );
  }

  async *#read(path: string): AsyncGenerator<HistoryRow[], void, undefined> {
    const { time = null, value, key = null } = columnsRead(this.#table);
    const { signal, counts } = this.#context;
    const options = columnsResumedWith(this.#columns, { time, value, key });
    const table = await openTable(path, options, signal);
    try {
      for await (const batch of table.batches()) {
        signal.throwIfAborted();
        const rows: HistoryRow[] = [];
        for (const row of batch) {
          for (const { kind, message } of problemsOf(row)) {
            if (this.#onBadData === 'error') throw badRow(table, message);
            counts.problems.add(kind, `${table.name}: ${message}`);
          }
          if (row.problems.length > 0 && this.#onBadData === 'skip') continue;
          // Of a table without times, too, the history may have some.
          rows.push({ ...row, time: time === null ? undefined : row.time, table });
        }
        yield rows;
      }
    } finally {
      await table.close();
    }
  }
}
