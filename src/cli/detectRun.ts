import type { Incident, Value, Verdict } from '../core/reading.ts';
import { IncidentMerger } from '../models/incidentMerger.ts';
import { fields, type Json, nestedSnapshot, trusted } from '../models/snapshot.ts';
import { StreamDetector, type StreamDetectorOptions } from '../models/streamDetector.ts';
import type { CsvRow, CsvTable } from '../sources/index.ts';
import { ProblemCounts } from './problemCounts.ts';
import { ResumePosition } from './resumePosition.ts';

/** What the options of the command say about the detector. */
export type DetectRunOptions = Pick<
  StreamDetectorOptions<CsvRow, Value>,
  'seed' | 'transform' | 'threshold' | 'onBadData'
>;

const MAX_OPEN = 10_000;
const HOLD = 15; // as the threshold's default: an incident here ends when the detector's does

/** The verdict without the row: what is written and kept needs no more. */
type PlainVerdict = Verdict<undefined, Value>;

/** One run of the detector over a table: rows to verdicts and incidents, with a state that can be saved. */
export class DetectRun {
  readonly problems: ProblemCounts = new ProblemCounts();
  rows = 0;
  passedOver = 0;
  anomalies = 0;
  incidents = 0;
  readonly #detector: StreamDetector<CsvRow, Value>;
  readonly #merger: IncidentMerger<undefined, Value> = new IncidentMerger({ hold: HOLD, maxOpen: MAX_OPEN });
  #position: ResumePosition;
  readonly #hasTimes: boolean;

  constructor(table: CsvTable, options: DetectRunOptions) {
    this.#hasTimes = table.columns.time !== undefined;
    this.#position = new ResumePosition(this.#hasTimes);
    this.#detector = new StreamDetector<CsvRow, Value>(
      'detect',
      rowOptions(table, options, this.problems),
      Date.now,
    );
  }

  /** Judges a row. Nothing comes out of rows that an earlier run has judged, or that the policy leaves out. */
  take(row: CsvRow): {
    readonly verdicts: readonly PlainVerdict[];
    readonly ended: readonly Incident<undefined, Value>[];
  } {
    this.rows++;
    const fresh = this.#position.take(row);
    if (fresh.length === 0) this.passedOver++;
    const verdicts: PlainVerdict[] = [];
    const ended: Incident<undefined, Value>[] = [];
    for (const each of fresh) {
      for (const { kind, message } of each.problems) this.problems.add(kind, message);
      const judged = this.#detector.process(each);
      if (judged === undefined) continue;
      const verdict = { ...judged, event: undefined };
      verdicts.push(verdict);
      ended.push(...this.#merger.add(verdict));
      if (verdict.isAnomaly) this.anomalies++;
      if (verdict.startOfIncident) this.incidents++;
    }
    return { verdicts, ended };
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
      position: this.#position.save(),
      open: this.#merger.save(),
      detector: this.#detector.snapshot(),
    };
  }

  resume(saved: Json): void {
    const state = fields(saved);
    this.#detector.restore(nestedSnapshot(state['detector']));
    this.#merger.resume(trusted(state['open']));
    this.#position = new ResumePosition(this.#hasTimes, trusted(state['position']));
  }
}

/** How a detector reads the rows of a table. */
export function rowOptions(
  table: CsvTable,
  options: DetectRunOptions,
  problems: ProblemCounts,
): StreamDetectorOptions<CsvRow, Value> {
  const scalar = table.columns.value.length === 1;
  return {
    ...options,
    value: scalar ? (row) => row.value[0] : (row) => row.value,
    time: (row) => row.time,
    key: (row) => row.key,
    onProblem: ({ kind, event, message }) => {
      // The row itself tells more precisely what was wrong with its cells, and is counted by that.
      if (!event.problems.some((problem) => problem.kind === kind || kind === 'missing')) {
        problems.add(kind, `row ${event.row}: ${message.replace(/^[^:]*: /, '')}`);
      }
    },
  };
}

/** What a checkpoint depends on. */
export function runConfig(table: CsvTable, options: DetectRunOptions): object {
  return { columns: table.columns, ...options };
}
