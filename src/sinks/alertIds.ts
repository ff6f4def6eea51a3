import { hash, randomUUID } from 'node:crypto';
import type { Alert } from '../core/alert.ts';
import type { Incident, Value } from '../core/reading.ts';

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
