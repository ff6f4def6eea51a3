import { hash, randomUUID } from 'node:crypto';
import { type Alert, type Incident, toVector, type Value } from '../core/reading.ts';

/** An alert as it is sent: numbers are those of the incident's peak, times ISO 8601 in UTC. */
export interface AlertJson {
  readonly phase: 'began' | 'ended';
  /** The same for both alerts of an incident: its stream, and the time or the place of its first event. */
  readonly id: string;
  readonly key: string | null;
  readonly start: string | null;
  readonly end: string | null;
  /** Flagged events so far. */
  readonly count: number;
  readonly severity: string;
  readonly score: number;
  /** (D) null where there is no number. */
  readonly value: readonly (number | null)[];
  readonly expected: readonly (number | null)[];
  readonly lower: readonly (number | null)[];
  readonly upper: readonly (number | null)[];
  readonly attribution: readonly number[];
}

/** @param id distinguishes the incident from others of its stream */
export function alertJson<E, V extends Value>({ phase, incident }: Alert<E, V>, id: string): AlertJson {
  const { key, start, end, count, severity, peak } = incident;
  const numbers = (value: Value): (number | null)[] =>
    toVector(value).map((x) => (Number.isFinite(x) ? x : null));
  return {
    phase,
    id,
    key: key ?? null,
    start: iso(start),
    end: phase === 'ended' ? iso(end) : null,
    count,
    severity,
    score: peak.score,
    value: numbers(peak.value),
    expected: numbers(peak.expected),
    lower: numbers(peak.lower),
    upper: numbers(peak.upper),
    attribution: toVector(peak.attribution),
  };
}

function iso(time: number | undefined): string | null {
  return time === undefined ? null : new Date(time).toISOString();
}

/**
 * Gives both alerts of an incident the same id. Where events have times, every run over the same data gives the same
 * id, so that an alert repeated after a restart can be recognised; otherwise the ids of open incidents are
 * remembered.
 */
export function alertIds<E, V extends Value>(): (alert: Alert<E, V>) => string {
  const open = new Map<unknown, string>();
  return ({ phase, incident }) => {
    if (incident.start !== undefined) return idOf(incident);
    const id = open.get(incident.first) ?? randomUUID();
    if (phase === 'began') open.set(incident.first, id);
    else open.delete(incident.first);
    return id;
  };
}

/** From its first event and its verdict: times and keys alone may be those of another source. */
function idOf<E, V extends Value>({ key, start, first }: Incident<E, V>): string {
  const { value, expected, score } = first;
  return hash('sha256', JSON.stringify([key ?? null, start, value, expected, score]), 'hex').slice(0, 32);
}
