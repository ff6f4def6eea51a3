import { type Observable, Subject } from 'rxjs';
import type { Incident, Value } from '../../core/reading.ts';
import type { ReportedAlert } from './alertOutlet.ts';

type Key = string | undefined;

/**
 * Alerts on what was delivered before a dashboard has begun: they are not sent, as they were when it was delivered. What is still open when
 * the past of its partition was read is sent then.
 */
export class PastAlerts {
  /** The partition whose past is at hand; undefined while there is none. */
  partition: number | undefined;
  readonly #held: Map<Key, number> = new Map();
  readonly #begun: Subject<Incident<unknown, Value>> = new Subject();

  /** Incidents of the past that are open when it was read. */
  get begun$(): Observable<Incident<unknown, Value>> {
    return this.#begun;
  }

  /** Whether an alert is not to be sent. To be asked once for each. */
  holdsBack({ phase, incident: { key } }: ReportedAlert): boolean {
    if (phase === 'ended') return this.#held.delete(key) || this.partition !== undefined;
    if (this.partition === undefined) return false;
    this.#held.set(key, this.partition);
    return true;
  }

  /** Whether the beginning of the open incident of a stream was held back. */
  isHeldBack(key: Key): boolean {
    return this.#held.has(key);
  }

  /** The past of a partition was read. */
  end(partition: number, current: (key: Key) => Incident<unknown, Value> | undefined): void {
    for (const [key, of] of this.#held) {
      if (of !== partition) continue;
      this.#held.delete(key);
      const incident = current(key);
      if (incident !== undefined) this.#begun.next(incident);
    }
  }
}
