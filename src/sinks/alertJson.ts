import { builtinModule } from '../core/builtinModule.ts';
import {
  type Alert,
  type EndedBy,
  type Incident,
  type IncidentKind,
  type Lead,
  toVector,
  type Value,
} from '../core/reading.ts';
import { type DimensionNames, inWords, leadingIncident } from './alertText.ts';

/**
 * An alert as it is sent: numbers are those of the incident's peak, times ISO 8601 in UTC. A group is shown as the incident that
 * began first, which one that joins late may be; `id` stays the same.
 */
export interface AlertJson {
  readonly phase: Alert['phase'];
  /** What the incident consists of: flagged events, or silence, of which no number is known. */
  readonly kind: IncidentKind;
  /** The same for all alerts of an incident or a group: its stream, and the time or the place of its first event. */
  readonly id: string;
  readonly key: string | null;
  /** Of an absence the time of the last event before. */
  readonly start: string | null;
  readonly end: string | null;
  /** Of an incident that no event has ended, what did. */
  readonly endedBy?: EndedBy;
  /** Flagged events so far. */
  readonly count: number;
  readonly severity: string;
  readonly score: number;
  /** (D) null where there is no number. */
  readonly value: readonly (number | null)[];
  readonly expected: readonly (number | null)[];
  readonly lower: readonly (number | null)[];
  readonly upper: readonly (number | null)[];
  readonly attribution: readonly number[];
  /** A sentence or two: what was expected, how unusual it is, and since when; see `explainIncident`. */
  readonly why: string;
  /** Of a group: how many streams it has, and its incidents in the order in which they began, the first 100. */
  readonly group?: { readonly streams: number; readonly incidents: readonly GroupedJson[] };
  /** In one line, for people; of a webhook. */
  readonly text?: string;
  /** Address at which the dashboard opens it; of a webhook with `publicUrl`. */
  readonly link?: string;
}

/** An incident of a group, with how likely its stream began first where that is known of earlier groups. */
export type GroupedJson = Pick<AlertJson, 'kind' | 'key' | 'start' | 'end' | 'count' | 'severity' | 'score'> &
  Pick<AlertJson, 'endedBy'> &
  Partial<Lead>;

const MOST = 100;

/** @param id distinguishes the incident from others of its stream */
export function alertJson<E, V extends Value>(
  alert: Alert<E, V>,
  id: string,
  dimensions: DimensionNames = () => undefined,
): AlertJson {
  const { phase, group, leads } = alert;
  const incident = leadingIncident(alert);
  const { peak } = incident;
  const numbers = (value: Value): (number | null)[] =>
    toVector(value).map((x) => (Number.isFinite(x) ? x : null));
  return {
    ...{ phase, id },
    ...grouped(incident, phase),
    value: numbers(peak.value),
    expected: numbers(peak.expected),
    lower: numbers(peak.lower),
    upper: numbers(peak.upper),
    attribution: toVector(peak.attribution),
    why: inWords(incident, dimensions),
    ...(group && {
      group: {
        streams: new Set(group.map(({ key }) => key)).size,
        incidents: group.slice(0, MOST).map((each, n) => ({ ...grouped(each, phase), ...leads?.[n] })),
      },
    }),
  };
}

function grouped<E, V extends Value>(incident: Incident<E, V>, phase: Alert['phase']): GroupedJson {
  const { kind, key, start, end, endedBy, count, severity, peak } = incident;
  return {
    ...{ kind, key: key ?? null, start: iso(start), end: phase === 'ended' ? iso(end) : null },
    ...(endedBy === undefined ? {} : { endedBy }),
    ...{ count, severity, score: peak.score },
  };
}

function iso(time: number | undefined): string | null {
  return time === undefined ? null : new Date(time).toISOString();
}

/**
 * Gives the alerts of an incident or a group the same id. Where events have times, every run over the same data gives the same
 * id, so that an alert repeated after a restart can be recognised; otherwise the ids of open incidents are
 * remembered.
 */
export function alertIds<E, V extends Value>(): (alert: Alert<E, V>) => string {
  const open = new Map<unknown, string>();
  return ({ phase, incident }) => {
    if (incident.start !== undefined) return idOf(incident);
    const id = open.get(incident.first) ?? crypto.randomUUID();
    if (phase === 'ended') open.delete(incident.first);
    else open.set(incident.first, id);
    return id;
  };
}

/** From its first event and its verdict: times and keys alone may be those of another source. */
function idOf<E, V extends Value>({ kind, key, start, first }: Incident<E, V>): string {
  const { value, expected, score } = first;
  const parts = kind === 'absence' ? [kind] : [value, expected, score];
  const text = JSON.stringify([key ?? null, start, ...parts]);
  return builtinModule('node:crypto').createHash('sha256').update(text).digest('hex').slice(0, 32);
}
