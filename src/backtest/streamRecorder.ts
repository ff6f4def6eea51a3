import { sinceChange } from '../charts/changeInWords.ts';
import { type Incident, toVector, type Value, type Verdict } from '../core/reading.ts';
import { explainIncident } from '../explain/explainIncident.ts';
import { SHOWN_CERTAINTY } from '../models/changes/certainty.ts';
import { ChangeTracker } from '../models/changes/changeTracker.ts';
import { IncidentMerger } from '../models/decision/incidentMerger.ts';
import { type ThresholdOptions, thresholdOptions } from '../models/decision/thresholdOptions.ts';
import type { RecordWindow } from './recordWindows.ts';
import type {
  RecordedAhead,
  ReportChange,
  ReportDimension,
  ReportIncident,
} from './report/reportDocument.ts';

/** One stream with its results from beginning to end, column by column; n records. */
export interface RecordedStream {
  readonly name: string;
  /** (n) milliseconds since 1970, NaN where unknown; undefined in a stream without times. */
  readonly times: Float64Array | undefined;
  readonly dimensions: readonly ReportDimension[];
  /** (n) 0 … 1 */
  readonly scores: Float64Array;
  /**
   * (n) the scores that could have raised an alert: 0 while warming up, after the first record of an incident, and
   * where the policy flagged nothing despite the score. NAB counts every record over the threshold as an alert; users
   * get one per incident.
   */
  readonly alertScores: Float64Array;
  /** Records that were flagged, ascending. */
  readonly flags: readonly number[];
  /** Records at which an incident began, ascending. */
  readonly alerts: readonly number[];
  readonly incidents: readonly ReportIncident[];
  /** Its change points, by the moment at which they were detected. */
  readonly changes?: readonly ReportChange[];
  /** The newest forecast of further events; left out where there was none. */
  readonly ahead?: RecordedAhead;
  /** Records with missing values that were imputed, ascending. */
  readonly imputed: readonly number[];
  /** The labels of the stream; undefined without any. */
  readonly labels: readonly RecordWindow[] | undefined;
}

/** Collects the verdicts of one stream into columns. */
export class StreamRecorder {
  readonly name: string;
  readonly #names: readonly string[];
  readonly #times: number[] = [];
  readonly #columns: { value: number[]; expected: number[]; lower: number[]; upper: number[] }[];
  readonly #scores: number[] = [];
  readonly #alertScores: number[] = [];
  readonly #flags: number[] = [];
  readonly #alerts: number[] = [];
  readonly #imputed: number[] = [];
  readonly #threshold: number;
  readonly #merger: IncidentMerger<number, Value>;
  readonly #incidents: ReportIncident[] = [];
  readonly #tracker: ChangeTracker = new ChangeTracker({
    minCertainty: SHOWN_CERTAINTY,
    maxKeys: 1,
  });
  readonly #changes: ReportChange[] = [];
  #ahead: RecordedAhead | undefined;

  /**
   * @param dimensions names of the dimensions
   * @param policy that the verdicts were made with
   */
  constructor(name: string, dimensions: readonly string[], policy: ThresholdOptions = {}) {
    const { threshold, hold } = thresholdOptions.resolvePart('StreamRecorder', policy);
    this.name = name;
    this.#threshold = threshold;
    this.#merger = new IncidentMerger({ hold, maxOpen: 1 });
    this.#names = dimensions;
    this.#columns = dimensions.map(() => ({ value: [], expected: [], lower: [], upper: [] }));
  }

  /** Records so far. */
  get size(): number {
    return this.#scores.length;
  }

  /** Adds a verdict and returns the incident that ended with it. The beginning of an absence is no record. */
  add(verdict: Verdict<unknown, Value>): ReportIncident | undefined {
    if (verdict.absence?.phase === 'began') return undefined;
    const at = this.size;
    this.#times.push(verdict.time ?? Number.NaN);
    this.#scores.push(verdict.score);
    if (verdict.ahead !== undefined) this.#ahead = { record: at, steps: verdict.ahead };
    for (const field of ['value', 'expected', 'lower', 'upper'] as const) {
      for (const [d, number] of toVector(verdict[field]).entries()) this.#columns[d][field].push(number);
    }
    if (verdict.imputed) this.#imputed.push(at);
    if (verdict.isAnomaly) this.#flags.push(at);
    if (verdict.startOfIncident) this.#alerts.push(at);
    const own = { ...verdict, key: undefined, event: at };
    for (const { kind, dimension, before, after, size, eventsAgo, certainty } of this.#tracker.add(own))
      this.#changes.push({ kind, record: at - eventsAgo, dimension, before, after, size, certainty });
    const ended = this.#note(this.#merger.add(own));
    const isQuiet = this.#merger.open.length === 0 && verdict.score < this.#threshold;
    this.#alertScores.push((verdict.startOfIncident || isQuiet) && !verdict.warmingUp ? verdict.score : 0);
    return ended;
  }

  /** Ends the stream. @param labels its labels */
  finish(labels: readonly RecordWindow[] | undefined): RecordedStream {
    this.#note(this.#merger.flush());
    return {
      name: this.name,
      times: this.#times.every(Number.isNaN) ? undefined : Float64Array.from(this.#times),
      dimensions: this.#columns.map(({ value, expected, lower, upper }, d) => ({
        name: this.#names[d],
        value: Float64Array.from(value),
        expected: Float64Array.from(expected),
        lower: Float64Array.from(lower),
        upper: Float64Array.from(upper),
      })),
      scores: Float64Array.from(this.#scores),
      alertScores: Float64Array.from(this.#alertScores),
      flags: this.#flags,
      alerts: this.#alerts,
      incidents: this.#incidents.map((incident) => withChange(incident, this.#changes)),
      changes: this.#changes,
      ...(this.#ahead === undefined ? {} : { ahead: this.#ahead }),
      imputed: this.#imputed,
      labels,
    };
  }

  #note(ended: readonly Incident<number, Value>[]): ReportIncident | undefined {
    for (const incident of ended)
      this.#incidents.push({
        ...toRecords(incident),
        reason: explainIncident(incident, { dimensions: this.#names }),
      });
    return ended.length === 0 ? undefined : this.#incidents.at(-1);
  }
}

const CLOSE = 12; // records

/** An incident with what has been so since it began: of the changes close to its beginning the closest. */
function withChange(incident: ReportIncident, changes: readonly ReportChange[]): ReportIncident {
  const { reason, first } = incident;
  const distance = ({ record }: ReportChange): number => Math.abs(record - first);
  const near = changes.filter(
    (change) => distance(change) <= CLOSE && change.dimension === reason?.dimension,
  );
  if (reason === undefined || near.length === 0) return incident;
  const since = sinceChange(near.reduce((a, b) => (distance(b) < distance(a) ? b : a)));
  return {
    ...incident,
    reason: { ...reason, text: `${reason.text} ${since}`, what: `${reason.what} ${since}` },
  };
}

function toRecords({ first, last, peak, severity }: Incident<number, Value>): ReportIncident {
  return {
    first: first.event,
    last: last.event,
    peak: peak.event,
    severity: severity === 'none' ? 'low' : severity,
    score: peak.score,
    value: toVector(peak.value),
    expected: toVector(peak.expected),
    lower: toVector(peak.lower),
    upper: toVector(peak.upper),
  };
}
