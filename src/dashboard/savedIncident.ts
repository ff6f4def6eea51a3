import { type Incident, toVector, type Value, type Verdict } from '../core/reading.ts';
import { readIncident } from '../models/durable/durableState.ts';
import { asJson, type Json, type State } from '../models/snapshot/state.ts';

/**
 * An incident without its events, whose type is unknown. Read by {@link readSavedIncident}. Incidents do not change: what
 * was made of one is kept as long as it, as boards of many are saved often.
 */
export function saveIncident(incident: Incident<unknown, Value>): Json {
  const known = SAVED.get(incident);
  if (known !== undefined) return known;
  const { first, last, peak, kind, key, start, end, count, severity, open, channels, returned, endedBy } =
    incident;
  const saved = {
    ...{ kind, first: withoutEvent(first), last: withoutEvent(last), peak: withoutEvent(peak) },
    ...{ count, severity, open, ...given({ key, start, end, channels, returned, endedBy }) },
  };
  SAVED.set(incident, saved);
  return saved;
}

const SAVED: WeakMap<Incident<unknown, Value>, Json> = new WeakMap();

/** What `saveIncident` made. @throws RxAnomalyError BAD_SNAPSHOT where it is none */
export function readSavedIncident(saved: State): Incident<unknown, Value> {
  const { first, last, peak, ...rest } = readIncident<unknown, Value>(saved);
  const read = (verdict: Verdict<unknown, Value>) => ({ ...verdict, event: undefined });
  return { ...rest, first: read(first), last: read(last), peak: read(peak) };
}

function withoutEvent(verdict: Verdict<unknown, Value>): Json {
  const { time, key, value, expected, lower, upper, residual, attribution } = verdict;
  const { score, severity, isAnomaly, warmingUp, imputed, startOfIncident, absence, evidence } = verdict;
  return {
    ...given({ time, key }),
    ...{ value: numbers(value), expected: numbers(expected), lower: numbers(lower), upper: numbers(upper) },
    ...{ residual: numbers(residual), attribution: numbers(attribution) },
    ...{ score, severity, isAnomaly, warmingUp, imputed, startOfIncident },
    ...(absence && { absence: asJson(absence) }),
    ...(evidence && { evidence: asJson(evidence) }),
  };
}

/** As JSON has them: null for NaN. */
export function numbers(value: Value): Json {
  const all = Array.from(toVector(value), (each) => (Number.isFinite(each) ? each : null));
  return typeof value === 'number' ? all[0] : all;
}

/** The fields that are not undefined. */
export function given(fields: Readonly<Record<string, Json | undefined>>): Record<string, Json> {
  const all: Record<string, Json> = {};
  for (const name in fields) if (fields[name] !== undefined) all[name] = fields[name];
  return all;
}
