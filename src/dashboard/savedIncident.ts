import type { Incident, Value, Verdict } from '../core/reading.ts';
import { asJson, type Json, type State, trusted } from '../models/snapshot/state.ts';

/** An incident without its events, whose type is unknown. Read by {@link readIncident}. */
export function saveIncident(incident: Incident<unknown, Value>): Json {
  const { first, last, peak } = incident;
  return asJson({
    ...incident,
    first: withoutEvent(first),
    last: withoutEvent(last),
    peak: withoutEvent(peak),
  });
}

export function readIncident(saved: State | undefined): Incident<unknown, Value> {
  const incident = trusted<Incident<unknown, Value>>(saved);
  const { key, start, end, first, last, peak } = incident;
  return { ...incident, key, start, end, first: read(first), last: read(last), peak: read(peak) };
}

function withoutEvent(verdict: Verdict<unknown, Value>): Verdict<unknown, Value> {
  const { time, key, value, expected, lower, upper, residual, attribution } = verdict;
  const { score, severity, isAnomaly, warmingUp, imputed, startOfIncident } = verdict;
  return {
    ...{ event: undefined, time, key, value, expected, lower, upper, residual, attribution },
    ...{ score, severity, isAnomaly, warmingUp, imputed, startOfIncident },
  };
}

function read(verdict: Verdict<unknown, Value>): Verdict<unknown, Value> {
  const { time, key, value, expected, lower, upper, residual, attribution } = verdict;
  return {
    ...{ ...verdict, event: undefined, time, key },
    ...{ value: numbers(value), expected: numbers(expected), residual: numbers(residual) },
    ...{ lower: numbers(lower), upper: numbers(upper), attribution: numbers(attribution) },
  };
}

/** JSON has neither NaN nor Infinity: both are null. */
function numbers(value: Value | null): Value {
  if (value === null) return Number.NaN;
  return typeof value === 'number' ? value : Array.from(value, (x: number | null) => x ?? Number.NaN);
}
