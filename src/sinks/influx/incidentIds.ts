import type { Nanoseconds } from '../../clients/influx/nanoseconds.ts';
import type { Incident, Value, Verdict } from '../../core/reading.ts';

/** Names incidents after their key and the time of their first verdict: the same whenever the stream is read again. */
export class IncidentIds<E, V extends Value> {
  readonly #running: Map<string | undefined, string> = new Map();
  readonly #timeNs: (verdict: Verdict<E, V>) => Nanoseconds;

  constructor(timeNs: (verdict: Verdict<E, V>) => Nanoseconds) {
    this.#timeNs = timeNs;
  }

  /** @returns undefined where the verdict is not flagged */
  idOf(verdict: Verdict<E, V> & { readonly incident?: Incident<E, V> | undefined }): string | undefined {
    const { key, isAnomaly, startOfIncident, incident } = verdict;
    if (!isAnomaly) return undefined;
    // The incident id of a durable detector survives a restart; this map does not.
    if (incident !== undefined) return this.#name(incident.first);
    const known = startOfIncident ? undefined : this.#running.get(key);
    const id = known ?? this.#name(verdict);
    this.#running.set(key, id);
    return id;
  }

  #name(first: Verdict<E, V>): string {
    const timeNs = this.#timeNs(first);
    return first.key === undefined ? timeNs : `${first.key}@${timeNs}`;
  }
}
