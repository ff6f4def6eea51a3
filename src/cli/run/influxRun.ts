import type { Incident, Value } from '../../core/reading.ts';
import type { InfluxReading } from '../../influx/index.ts';
import type { DurableVerdict } from '../../models/durable/durableDetector.ts';
import { RunCounts } from './runCounts.ts';

/** What a run over an InfluxDB has come to so far, for its user. */
export class InfluxRun extends RunCounts {
  readonly #open: Map<string | undefined, Incident<InfluxReading, Value>> = new Map();

  /** The incidents that go on, of those that had a flagged point in this run. */
  get open(): readonly Incident<InfluxReading, Value>[] {
    return [...this.#open.values()];
  }

  /** Takes in what was said of a point. Those that were judged before are not read again. */
  add(verdict: DurableVerdict<InfluxReading, Value>): void {
    const { incident, ended } = verdict;
    this.rows++;
    this.newRows++;
    this.count(verdict);
    for (const { key } of ended) this.#open.delete(key);
    if (incident !== undefined) this.#open.set(incident.key, incident);
  }
}
