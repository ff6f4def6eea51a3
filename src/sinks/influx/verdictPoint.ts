import type { InfluxField, InfluxPoint } from '../../clients/influx/formatPoint.ts';
import { type Nanoseconds, toNanoseconds } from '../../clients/influx/nanoseconds.ts';
import { RxAnomalyError } from '../../core/errors.ts';
import { show } from '../../core/options.ts';
import { type Incident, toVector, type Value, type Verdict } from '../../core/reading.ts';
import { isRecord } from '../../core/selectors.ts';

/** How a verdict becomes a point. */
export interface PointFormat<E, V extends Value> {
  readonly measurement: string;
  readonly tags: (verdict: Verdict<E, V>) => Readonly<Record<string, string>>;
  readonly timeNs: (verdict: Verdict<E, V>) => Nanoseconds;
  readonly dimensions: readonly string[] | undefined;
}

/**
 * A verdict as a point. The same verdict gives the same series and time, so that writing it twice leaves one point.
 * Fields: `score`, `is_anomaly`, `is_absence`, `severity`, `starts_incident`, `warming_up`, `imputed`, `incident_id` (`''` where the
 * verdict is not flagged), `has_forecast`, and `value`, `expected`, `lower`, `upper`, in several dimensions each followed
 * by its name.
 *
 * InfluxDB merges a point into the one of the same series and time and cannot remove a field, so what an earlier run has
 * written must be overwritten: every field is written every time. The exception are numbers that do not exist, as there is
 * no number that means none: where `has_forecast` is false, `expected`, `lower` and `upper` are left out, and what stands
 * there is of an earlier run.
 */
export function verdictPoint<E, V extends Value>(
  verdict: Verdict<E, V>,
  { measurement, tags, timeNs, dimensions }: PointFormat<E, V>,
  incidentId: string | undefined,
): InfluxPoint {
  const { score, isAnomaly, severity, startOfIncident, warmingUp, imputed, value, expected, lower, upper } =
    verdict;
  const isAbsence = verdict.absence?.phase === 'began';
  return {
    measurement,
    tags: tags(verdict),
    timeNs: isAbsence ? ownTimeNs(verdict) : timeNs(verdict),
    fields: {
      score,
      is_anomaly: isAnomaly,
      is_absence: isAbsence,
      starts_incident: startOfIncident,
      severity,
      warming_up: warmingUp,
      imputed,
      incident_id: incidentId ?? '',
      has_forecast: toVector(expected).every(Number.isFinite),
      ...byDimension({ value, expected, lower, upper }, dimensions),
    },
  };
}

function byDimension(
  values: Readonly<Record<string, Value>>,
  dimensions: readonly string[] | undefined,
): Record<string, InfluxField> {
  return Object.fromEntries(
    Object.entries(values).flatMap(([name, value]): [string, number][] =>
      typeof value === 'number'
        ? [[name, value]]
        : value.map((part, at) => [`${name}_${dimensions?.[at] ?? at}`, part]),
    ),
  );
}

/** Those of the event, if it is a reading of fromInflux; else the key. */
export function tagsOf({ event, key }: Verdict): Readonly<Record<string, string>> {
  const tags = isRecord(event) && isRecord(event.tags) ? event.tags : undefined;
  if (tags !== undefined && Object.values(tags).every((tag) => typeof tag === 'string')) {
    return tags as Readonly<Record<string, string>>;
  }
  return key === undefined ? {} : { key };
}

/** @throws RxAnomalyError BAD_DATA: without a time, each writing would make a new point */
export function timeNsOf({ event, time }: Verdict): Nanoseconds {
  if (isRecord(event) && typeof event.timeNs === 'string' && /^-?\d+$/.test(event.timeNs))
    return event.timeNs;
  return ownTimeNs({ time });
}

/** That of the verdict: the event of an absence is the one before it. @throws RxAnomalyError BAD_DATA */
function ownTimeNs({ time }: Pick<Verdict, 'time'>): Nanoseconds {
  const ns = time === undefined ? undefined : toNanoseconds(time);
  if (ns === undefined) {
    throw new RxAnomalyError('BAD_DATA', `toInflux: expected a verdict with a time, got ${show(time)}`);
  }
  return ns;
}

/** Names incidents after their key and the time of their first verdict: the same whenever the stream is read again. */
export class IncidentIds<E, V extends Value> {
  readonly #running: Map<string | undefined, string> = new Map();
  readonly #timeNs: (verdict: Verdict<E, V>) => Nanoseconds;

  constructor(timeNs: (verdict: Verdict<E, V>) => Nanoseconds) {
    this.#timeNs = timeNs;
  }

  /** @returns undefined where the verdict is not flagged */
  idOf(verdict: Verdict<E, V> & { readonly incident?: Incident<E, V> | undefined }): string | undefined {
    const { key, isAnomaly, startOfIncident, incident } = verdict;
    if (!isAnomaly) return undefined;
    // The incident id of a durable detector survives a restart; this map does not.
    if (incident !== undefined) return this.#name(incident.first);
    if (verdict.absence?.phase === 'began') {
      this.#running.delete(key); // what is flagged after it is another incident
      return this.#name(verdict);
    }
    const known = startOfIncident ? undefined : this.#running.get(key);
    const id = known ?? this.#name(verdict);
    this.#running.set(key, id);
    return id;
  }

  #name(first: Verdict<E, V>): string {
    if (first.absence?.phase === 'began') {
      const { since } = first.absence;
      return `${first.key === undefined ? '' : `${first.key}@`}absence@${since === undefined ? '' : ownTimeNs({ time: since })}`;
    }
    const timeNs = this.#timeNs(first);
    return first.key === undefined ? timeNs : `${first.key}@${timeNs}`;
  }
}
