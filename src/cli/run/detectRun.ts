import type { Incident, Value, Verdict } from '../../core/reading.ts';
import { IncidentMerger } from '../../models/decision/incidentMerger.ts';
import { fields, type Json, nestedSnapshot, trusted } from '../../models/snapshot.ts';
import { StreamDetector } from '../../models/streamDetector.ts';
import type { CsvRow, CsvTable } from '../../sources/index.ts';
import { type PlacedRow, ResumePosition } from './resume/resumePosition.ts';
import { badRow, type DetectionOptions, rowOptions } from './rowOptions.ts';
import { RunCounts } from './runCounts.ts';

const MAX_OPEN = 10_000;
const HOLD = 15; // as the threshold's default: an incident here ends when the detector's does

/** The verdict without the row: what is written and kept needs no more. */
type PlainVerdict = Verdict<undefined, Value>;

/** What came out of one row. */
export interface Detected {
  readonly verdict: PlainVerdict;
  readonly ended: readonly Incident<undefined, Value>[];
}

/** One run of the detector over a table: rows to verdicts and incidents, with a state that can be saved. */
export class DetectRun extends RunCounts {
  readonly #table: CsvTable;
  readonly #options: DetectionOptions;
  readonly #detector: StreamDetector<CsvRow, Value>;
  readonly #merger: IncidentMerger<undefined, Value> = new IncidentMerger({ hold: HOLD, maxOpen: MAX_OPEN });
  #position: ResumePosition | undefined;

  /** @param resumable whether {@link save} will be called: what it needs is then kept */
  constructor(table: CsvTable, options: DetectionOptions, resumable: boolean) {
    super();
    this.#table = table;
    this.#options = options;
    if (resumable) this.#position = new ResumePosition(table.columns.time !== undefined);
    this.#detector = new StreamDetector<CsvRow, Value>(rowOptions(table, options, this.problems), 'detect');
  }

  /**
   * Takes in a row. Nothing comes out of one that an earlier run has judged or that the policy leaves out; rows that
   * were held back until it was clear that they are new come with a later one.
   *
   * @throws RxAnomalyError BAD_DATA under the policy 'error', after what came out of the rows before
   */
  *take(row: CsvRow): Generator<Detected, void, undefined> {
    this.rows++;
    yield* this.#detectNew(this.#position?.place(row) ?? [{ row, identity: '', isNew: true }]);
  }

  /** Takes in that the table has ended, with what was still held back. */
  *end(): Generator<Detected, void, undefined> {
    yield* this.#detectNew(this.#position?.end() ?? []);
  }

  /** Incidents that are still going on. */
  get open(): readonly Incident<undefined, Value>[] {
    return this.#merger.open;
  }

  /** Ends the incidents that go on, marked `open`: the stream is over. */
  flush(): readonly Incident<undefined, Value>[] {
    return this.#merger.flush();
  }

  save(): object {
    return {
      position: this.#position?.save() ?? null,
      open: this.#merger.save(),
      detector: this.#detector.snapshot(),
    };
  }

  /** @throws RxAnomalyError BAD_SNAPSHOT */
  resume(saved: Json): void {
    const { detector, open, position } = fields(saved);
    this.#detector.restore(nestedSnapshot(detector));
    this.#merger.resume(trusted(open));
    this.#position = new ResumePosition(this.#table.columns.time !== undefined, trusted(position));
  }

  *#detectNew(placed: readonly PlacedRow[]): Generator<Detected, void, undefined> {
    for (const each of placed) {
      const detected = each.isNew ? this.#detect(each.row) : undefined;
      if (each.isNew) this.newRows++;
      this.#position?.note(each);
      if (detected !== undefined) yield detected;
    }
  }

  #detect(row: CsvRow): Detected | undefined {
    const { onBadData } = this.#options;
    if (row.problems.length > 0 && onBadData === 'error') throw badRow(this.#table, row.problems[0].message);
    for (const { kind, message } of row.problems) this.problems.add(kind, message);
    if (row.problems.length > 0 && onBadData === 'skip') return undefined;
    const detected = this.#detector.process(row);
    if (detected === undefined) return undefined;
    const verdict = { ...detected, event: undefined };
    this.count(verdict);
    return { verdict, ended: this.#merger.add(verdict) };
  }
}
