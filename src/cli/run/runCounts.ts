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
  /** Until when the source is taken to be away, by `performance.now()`, after a failure that was reported. */
  awayUntil: number = Number.NEGATIVE_INFINITY;
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

  /** @param log called at once for what makes the whole run pointless */
  constructor(log?: (line: string) => void) {
    this.problems = new ProblemCounts(log);
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
