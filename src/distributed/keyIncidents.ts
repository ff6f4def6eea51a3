import type { Incident, Value, Verdict } from '../core/reading.ts';
import { IncidentMerger } from '../models/decision/incidentMerger.ts';
import type { DurableVerdict } from '../models/durable/durableState.ts';
import type { Entry } from './keyEntry.ts';

/**
 * A verdict with the incident of its key that it is a part of, and those that it ends.
 *
 * @param hold of the threshold
 * @param others that end with it
 */
export function merged<E, V extends Value, P>(
  entry: Entry<E, V, P>,
  verdict: Verdict<E, V>,
  hold: number,
  others: Incident<E, V>[],
): DurableVerdict<E, V> {
  // Nobody else has it: a copy of all its fields would cost a tenth of the whole.
  if (entry.merger === undefined && !verdict.isAnomaly) {
    const durable = verdict as { -readonly [K in keyof DurableVerdict<E, V>]: DurableVerdict<E, V>[K] };
    durable.incident = undefined;
    durable.ended = others;
    return durable;
  }
  const merger = mergerOf(entry, hold);
  const ended = [...others, ...merger.add(verdict)];
  if (merger.open.length === 0) delete entry.merger;
  return { ...verdict, incident: verdict.isAnomaly ? merger.of(verdict.key) : undefined, ended };
}

/** The incidents of a key, which are made with the first. */
export function mergerOf<E, V extends Value, P>(entry: Entry<E, V, P>, hold: number): IncidentMerger<E, V> {
  entry.merger ??= new IncidentMerger({ hold, maxOpen: 1 });
  return entry.merger;
}
