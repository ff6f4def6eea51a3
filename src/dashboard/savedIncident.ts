import type { Incident, Value, Verdict } from '../core/reading.ts';
import { readIncident } from '../models/durable/durableState.ts';
import { asJson, type Json, type State } from '../models/snapshot/state.ts';

/** An incident without its events, whose type is unknown. Read by {@link readSavedIncident}. */
export function saveIncident(incident: Incident<unknown, Value>): Json {
  const { first, last, peak } = incident;
  return asJson({
    ...incident,
    first: withoutEvent(first),
    last: withoutEvent(last),
    peak: withoutEvent(peak),
  });
}

/** What `saveIncident` made. @throws RxAnomalyError BAD_SNAPSHOT where it is none */
export function readSavedIncident(saved: State): Incident<unknown, Value> {
  const { first, last, peak, ...rest } = readIncident<unknown, Value>(saved);
  const read = (verdict: Verdict<unknown, Value>) => ({ ...verdict, event: undefined });
  return { ...rest, first: read(first), last: read(last), peak: read(peak) };
}

function withoutEvent(verdict: Verdict<unknown, Value>): Verdict<unknown, Value> {
  const { time, key, value, expected, lower, upper, residual, attribution } = verdict;
  const { score, severity, isAnomaly, warmingUp, imputed, startOfIncident, absence } = verdict;
  return {
    ...{ event: undefined, time, key, value, expected, lower, upper, residual, attribution },
    ...{ score, severity, isAnomaly, warmingUp, imputed, startOfIncident },
    ...(absence === undefined ? {} : { absence }),
  };
}
