import type { Value } from '../../core/reading.ts';
import type { DurableVerdict } from '../../models/durable/durableState.ts';
import { ProblemCounts } from './problemCounts.ts';

/** What a run has done so far, for its user. */
export class RunCounts {
  readonly problems: ProblemCounts;
  /** Rows or points that no earlier run has processed. */
  newRows = 0;
  /** Rows that one has. */
  passedOver = 0;
  /** Of the new ones, those that could not be flagged yet. */
  warmingUp = 0;
  anomalies = 0;
  incidents = 0;
  /** Of them, keys that fell silent. */
  absences = 0;
  /** Changes of the process that were signalled. */
  drifts = 0;
  /** Anomalies that were suppressed, by the name of the rule. */
  readonly suppressed: Map<string, number> = new Map();
  #away = { reason: '', until: Number.NEGATIVE_INFINITY, rows: 0 };

  /** @param log called at once for what makes the whole run pointless */
  constructor(log?: (line: string) => void) {
    this.problems = new ProblemCounts(log);
  }

  /** Notes a failure of the source's server. @param wait milliseconds after which it is taken to be there if nothing else is noted */
  noteAway(reason: string, wait: number): void {
    this.#away = { reason, until: performance.now() + wait, rows: this.newRows };
  }

  /** Why nothing comes: the last failure of the source's server; undefined where it is there, as far as is known. */
  get waitingFor(): string | undefined {
    const { reason, until, rows } = this.#away;
    return performance.now() < until && this.newRows === rows ? reason : undefined;
  }

  add(verdict: DurableVerdict<unknown, Value>): void {
    const { isAnomaly, incident, absence, drift, suppressed, warmingUp } = verdict;
    if (incident?.count === 1) this.incidents++;
    if (absence?.phase === 'began') {
      this.absences++;
      return;
    }
    if (isAnomaly) this.anomalies++;
    if (drift) this.drifts++;
    if (suppressed !== undefined) this.suppressed.set(suppressed, (this.suppressed.get(suppressed) ?? 0) + 1);
    if (warmingUp) this.warmingUp++;
  }
}
