import type { Value, Verdict } from '../../core/reading.ts';
import { ProblemCounts } from './problemCounts.ts';

/** What is counted in a run. */
export class RunCounts {
  readonly problems: ProblemCounts = new ProblemCounts();
  /** Rows that were read; of them, those that were new; of these, those that could not be flagged yet. */
  rows = 0;
  newRows = 0;
  warmingUp = 0;
  anomalies = 0;
  incidents = 0;
  /** Changes of the process that were signalled. */
  drifts = 0;
  /** Anomalies that were left alone, by the name of the rule. */
  readonly suppressed: Map<string, number> = new Map();

  /** Takes in what was said of a row. */
  count({ isAnomaly, startOfIncident, drift, suppressed, warmingUp }: Verdict<unknown, Value>): void {
    if (isAnomaly) this.anomalies++;
    if (startOfIncident) this.incidents++;
    if (drift) this.drifts++;
    if (suppressed !== undefined) this.suppressed.set(suppressed, (this.suppressed.get(suppressed) ?? 0) + 1);
    if (warmingUp) this.warmingUp++;
  }
}
