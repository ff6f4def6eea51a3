import { hash, randomUUID } from 'node:crypto';
import type { Alert } from '../core/alert.ts';
import type { Incident, Value } from '../core/reading.ts';

/**
 * Gives both alerts of an incident the same id. Where events have times every run that judges the same gives the same one,
 * so that an alert which comes again after a restart is known again; else those of the incidents that go on are remembered.
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

/** Of what its first event was and what was said of it: times and keys alone may be those of another source's too. */
function idOf<E, V extends Value>({ key, start, first }: Incident<E, V>): string {
  const { value, expected, score } = first;
  return hash('sha256', JSON.stringify([key ?? null, start, value, expected, score]), 'hex').slice(0, 32);
}
