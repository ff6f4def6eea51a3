import {
  type EndedBy,
  type Incident,
  loudestDimension,
  SEVERITIES,
  toVector,
  type Value,
  type Verdict,
} from '../../core/reading.ts';

/** An open incident, and how many unflagged events of its stream have passed since its last flagged one. */
interface Open<E, V extends Value> {
  incident: Incident<E, V>;
  quiet: number;
}

/** Merges flagged events into incidents, per key. Memory is bounded by the incidents that are open at a time. */
export class IncidentMerger<E, V extends Value> {
  readonly #hold: number;
  readonly #maxOpen: number;
  readonly #open: Map<string | undefined, Open<E, V>> = new Map(); // oldest first

  /**
   * @param hold unflagged events that end an incident
   * @param maxOpen incidents open at a time
   */
  constructor({ hold, maxOpen }: { readonly hold: number; readonly maxOpen: number }) {
    this.#hold = hold;
    this.#maxOpen = maxOpen;
  }

  /** The open incidents, oldest first. */
  get open(): readonly Incident<E, V>[] {
    return [...this.#open.values()].map(({ incident }) => incident);
  }

  /** The open incident of a key. */
  of(key: string | undefined): Incident<E, V> | undefined {
    return this.#open.get(key)?.incident;
  }

  /** Adds a verdict and returns the incidents that ended with it. */
  add(verdict: Verdict<E, V>): Incident<E, V>[] {
    const { key } = verdict;
    const going = this.#open.get(key);
    if (going?.incident.kind === 'absence') return this.#duringAbsence(going.incident, verdict);
    if (!verdict.isAnomaly) {
      if (going === undefined) return [];
      if (going.quiet === 0 && !verdict.imputed)
        going.incident = { ...going.incident, returned: isBack(going.incident, verdict) };
      if (++going.quiet < this.#hold) return [];
      this.#open.delete(key);
      return [going.incident];
    }
    if (going !== undefined && !verdict.startOfIncident && verdict.absence?.phase !== 'began') {
      going.incident = extend(going.incident, verdict);
      going.quiet = 0;
      return [];
    }
    const ended = going === undefined ? [] : [going.incident];
    this.#open.delete(key);
    this.#open.set(key, { incident: begin(verdict), quiet: 0 });
    if (this.#open.size > this.#maxOpen) ended.push(this.#endOldest());
    return ended;
  }

  /**
   * Ends the open incident of a key, unless it began with this verdict: for whoever knows that it has ended where not every
   * verdict was added.
   *
   * @param endedBy where no event has ended it
   */
  end(key: string | undefined, verdict: Verdict<E, V>, endedBy?: EndedBy): Incident<E, V> | undefined {
    const incident = this.of(key);
    if (incident === undefined || incident.first === verdict) return undefined;
    this.#open.delete(key);
    return endedBy === undefined ? incident : { ...incident, endedBy };
  }

  /** Ends all incidents at the end of the stream. Those that were open are marked `open`. */
  flush(): Incident<E, V>[] {
    const rest = this.open.map((incident) => ({ ...incident, open: true }));
    this.#open.clear();
    return rest;
  }

  /** The open incidents, for a snapshot; `resume` restores them. What was expected of later events is left out. */
  save(): { readonly incident: Incident<E, V>; readonly quiet: number }[] {
    return [...this.#open.values()].map(({ incident, quiet }) => {
      const { first, last, peak } = incident;
      const saved = { first: withoutAhead(first), last: withoutAhead(last), peak: withoutAhead(peak) };
      return { incident: { ...incident, ...saved }, quiet };
    });
  }

  resume(saved: readonly { readonly incident: Incident<E, V>; readonly quiet: number }[]): void {
    this.#open.clear();
    for (const { incident, quiet } of saved)
      this.#open.set(incident.key, { incident: restoredIncident(incident), quiet });
  }

  /** An event of the key ends it; one that fills a gap does not. */
  #duringAbsence(incident: Incident<E, V>, verdict: Verdict<E, V>): Incident<E, V>[] {
    const { key, absence, imputed, isAnomaly, time } = verdict;
    const isFilled = imputed && !isAnomaly && absence === undefined;
    if (isFilled || absence?.phase === 'began') return [];
    this.#open.delete(key);
    return [{ ...incident, end: later(incident.end, time) }, ...this.add(verdict)];
  }

  #endOldest(): Incident<E, V> {
    const [key, oldest] = this.#open.entries().next().value as [string | undefined, Open<E, V>];
    this.#open.delete(key);
    return oldest.incident;
  }
}

/** An incident that was saved as JSON, which has neither undefined nor NaN. */
export function restoredIncident<E, V extends Value>(incident: Incident<E, V>): Incident<E, V> {
  const { key, start, end, first, last, peak } = incident;
  const read = (verdict: Verdict<E, V>): Verdict<E, V> => {
    const { time, key, value, expected, lower, upper, residual, attribution } = verdict;
    return {
      ...{ ...verdict, time: time ?? undefined, key: key ?? undefined },
      ...{ value: numbers(value), expected: numbers(expected), residual: numbers(residual) },
      ...{ lower: numbers(lower), upper: numbers(upper), attribution: numbers(attribution) },
    };
  };
  return {
    ...{ ...incident, key: key ?? undefined, start: start ?? undefined, end: end ?? undefined },
    ...{ first: read(first), last: read(last), peak: read(peak) },
  };
}

function numbers<V extends Value>(value: V | null): V {
  if (value === null) return Number.NaN as V;
  if (typeof value === 'number') return value;
  return Array.from(value as readonly (number | null)[], (x) => x ?? Number.NaN) as readonly number[] as V;
}

function withoutAhead<E, V extends Value>({ ahead: _, ...verdict }: Verdict<E, V>): Verdict<E, V> {
  return verdict;
}

function begin<E, V extends Value>(verdict: Verdict<E, V>): Incident<E, V> {
  const { key, time, severity, absence } = verdict;
  const isAbsence = absence?.phase === 'began';
  return {
    kind: isAbsence ? 'absence' : 'value',
    key,
    first: verdict,
    last: verdict,
    peak: verdict,
    start: isAbsence ? absence.since : time,
    end: time,
    count: 1,
    severity,
    open: false,
    ...counted(undefined, verdict),
  };
}

function extend<E, V extends Value>(incident: Incident<E, V>, verdict: Verdict<E, V>): Incident<E, V> {
  const { returned: _, ...before } = incident;
  const worse = SEVERITIES.indexOf(verdict.severity) > SEVERITIES.indexOf(incident.severity);
  return {
    ...before,
    last: verdict,
    peak: verdict.score > incident.peak.score ? verdict : incident.peak,
    end: later(incident.end, verdict.time),
    count: incident.count + 1,
    severity: worse ? verdict.severity : incident.severity,
    ...counted(incident.channels, verdict),
  };
}

/** The channels that spoke, with that of one more event. */
function counted(channels: Incident['channels'], { evidence }: Verdict): Pick<Incident, 'channels'> {
  if (evidence === undefined) return channels === undefined ? {} : { channels };
  const { channel } = evidence;
  return { channels: { ...channels, [channel]: (channels?.[channel] ?? 0) + 1 } };
}

/** See `Incident.returned`. */
function isBack<V extends Value>({ first, peak }: Incident<unknown, V>, next: Verdict<unknown, V>): boolean {
  const d = loudestDimension(peak);
  const [value, top, before] = [next.value, peak.value, first.expected].map((each) => toVector(each)[d]);
  return Math.abs(value - before) < Math.abs(value - top);
}

/** No incident ends before an event that belongs to it, though times may go back. */
function later(end: number | undefined, time: number | undefined): number | undefined {
  return end === undefined || (time !== undefined && time > end) ? time : end;
}
