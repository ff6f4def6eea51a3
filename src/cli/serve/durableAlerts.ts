import type { Alert } from '../../core/alert.ts';
import type { Incident, Value } from '../../core/reading.ts';
import type { DurableVerdict } from '../../models/durable/durableDetector.ts';

/** What `alerts` would tell of a verdict, had it seen all before it, those of earlier runs included. */
export function alertsOf<E, V extends Value>({ incident, ended }: DurableVerdict<E, V>): Alert<E, V>[] {
  const told = ended.map((each): Alert<E, V> => ({ phase: 'ended', incident: each }));
  if (incident?.count === 1) told.push({ phase: 'began', incident: { ...incident, open: true } });
  return told;
}

/** What `alerts` would tell of the incidents that go on when their source is over. */
export function unfinished<E, V extends Value>(open: readonly Incident<E, V>[]): Alert<E, V>[] {
  return open.map((incident) => ({ phase: 'ended', incident: { ...incident, open: true } }));
}
