import type { Nanoseconds } from '../../clients/influx/nanoseconds.ts';
import type { Verdict } from '../../core/reading.ts';

/** Names incidents after their key and the time of their first verdict: the same whenever the stream is read again. */
export class IncidentIds {
  readonly #running: Map<string | undefined, string> = new Map();

  /** @returns undefined where the verdict is not flagged */
  idOf({ key, isAnomaly, startOfIncident }: Verdict, timeNs: Nanoseconds): string | undefined {
    if (!isAnomaly) return undefined;
    const known = startOfIncident ? undefined : this.#running.get(key);
    const id = known ?? (key === undefined ? timeNs : `${key}@${timeNs}`);
    this.#running.set(key, id);
    return id;
  }
}
