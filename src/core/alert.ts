import type { Incident, Value } from './reading.ts';

/** The beginning or the end of an incident. */
export interface Alert<E = unknown, V extends Value = Value> {
  readonly phase: 'began' | 'ended';
  /** Its current state. `open` when it begins, and when the stream ended before it did. */
  readonly incident: Incident<E, V>;
}
