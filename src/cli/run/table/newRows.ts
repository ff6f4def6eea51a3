import { concatMap, from, type ObservableInput } from 'rxjs';
import type { Json } from '../../../models/snapshot/state.ts';
import { type CsvRow, type CsvTable, replay } from '../../../sources/index.ts';
import type { DetectionContext } from '../detection.ts';
import type { CountsProblems } from '../problemCounts.ts';
import type { SavedPosition } from '../resume/resumePosition.ts';
import { TablePosition } from '../resume/tablePosition.ts';
import { badRow, type DetectionOptions } from '../rowOptions.ts';
import { problemsOf } from './derivedRow.ts';
import type { History } from './history.ts';

/** The rows of a table that are new and fit the policy on bad data, no faster than they are processed. */
export class NewRows {
  readonly #table: CsvTable;
  readonly #onBadData: DetectionOptions['onBadData'];
  readonly #context: DetectionContext;
  #position: TablePosition | undefined; // where a state is kept
  #waiting = 0;
  #onIdle: (() => void) | undefined;
  readonly #history: History | undefined;
  readonly #problems: CountsProblems;

  constructor(
    table: CsvTable,
    { onBadData }: DetectionOptions,
    context: DetectionContext,
    history: History | undefined,
  ) {
    this.#history = history;
    this.#table = table;
    this.#onBadData = onBadData;
    this.#context = context;
    this.#problems = context.counts.problems.ofTable(table.name, context.command);
  }

  from(saved: SavedPosition | undefined, speed: number | undefined): ObservableInput<CsvRow> {
    const { persistence, counts } = this.#context;
    if (persistence.store !== undefined)
      this.#position = new TablePosition(this.#table, saved, () => counts.passedOver++);
    if (speed === undefined) return from(this.#batches()).pipe(concatMap((rows) => rows));
    return replay(this.#rows(), { speed, time: ({ time }) => time });
  }

  /** Counts a row that is about to be processed; see TablePosition.after. */
  place(row: CsvRow): () => Json {
    this.#count(row);
    this.#history?.check(row);
    return this.#position?.after(row) ?? (() => null);
  }

  onWaiting(change: number): void {
    this.#waiting += change;
    if (this.#waiting === 0) this.#onIdle?.();
  }

  async *#rows(): AsyncGenerator<CsvRow, void, undefined> {
    for await (const rows of this.#batches()) {
      for (const row of rows) {
        await this.#context.pause(); // where they come faster than they are shown
        yield row;
      }
    }
  }

  async *#batches(): AsyncGenerator<readonly CsvRow[], void, undefined> {
    for await (const rows of this.#table.batches()) {
      yield* this.#fit(this.#position?.newRows(rows) ?? rows);
      // RxJS cannot slow a source down.
      if (this.#waiting > 0)
        await new Promise<void>((resolve) => {
          this.#onIdle = resolve;
        });
    }
    yield* this.#fit(this.#position?.rest() ?? []);
  }

  *#fit(rows: Iterable<CsvRow>): Generator<readonly CsvRow[], void, undefined> {
    const fitting: CsvRow[] = [];
    for (const row of rows) {
      const [problem] = this.#onBadData === 'error' ? problemsOf(row) : row.problems;
      if (problem !== undefined && this.#onBadData === 'error') {
        yield fitting;
        throw badRow(this.#table, problem.message);
      }
      if (problem !== undefined && this.#onBadData === 'skip') {
        this.#count(row);
        this.#position?.skip(row);
      } else fitting.push(row);
    }
    yield fitting;
  }

  #count(row: CsvRow): void {
    this.#context.counts.newRows++;
    for (const { kind, message } of problemsOf(row)) this.#problems.add(kind, message);
  }
}
