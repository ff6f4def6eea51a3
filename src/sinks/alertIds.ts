import { randomUUID } from 'node:crypto';
import type { Alert } from '../core/alert.ts';
import type { Value } from '../core/reading.ts';

/** Gives both alerts of an incident the same id. Remembers those of the incidents that go on. */
export function alertIds<E, V extends Value>(): (alert: Alert<E, V>) => string {
  const open = new Map<unknown, string>();
  return ({ phase, incident }) => {
    const id = open.get(incident.first) ?? randomUUID();
    if (phase === 'began') open.set(incident.first, id);
    else open.delete(incident.first);
    return id;
  };
}
