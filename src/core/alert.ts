import type { Incident, Value } from './reading.ts';

/** That an incident has begun, or ended. */
export interface Alert<E = unknown, V extends Value = Value> {
  readonly phase: 'began' | 'ended';
  /** As it stands. One that has begun is `open`; one that ends is too where the stream ended before it. */
  readonly incident: Incident<E, V>;
}
