import { type Incident, toVector, type Value } from '../core/reading.ts';
import { explainIncident, type IncidentReason } from '../explain/explainIncident.ts';
import { finite } from './boardStream.ts';
import type { LoggedIncident } from './loggedIncident.ts';
import type { WireIncident } from './page/wire.ts';

/** An incident as the page gets it. @param names of its dimensions */
export function wireIncident(
  {
    id,
    stream,
    group,
    first,
    last,
    peak,
    open,
    feedback,
    waiting,
    refused,
    acknowledged,
    note,
    incident,
  }: LoggedIncident,
  names: readonly string[] | undefined,
): WireIncident {
  const { kind, channel, dimension, what } = reasonOf(incident, names);
  const { score, value, expected, lower, upper, attribution } = incident.peak;
  const numbers = (part: Value): (number | null)[] => toVector(part).map(finite);
  return {
    kind: incident.kind,
    id,
    stream,
    group,
    first,
    last,
    peak,
    start: incident.start ?? null,
    end: incident.end ?? null,
    count: incident.count,
    severity: incident.severity,
    open,
    score,
    value: numbers(value),
    expected: numbers(expected),
    lower: numbers(lower),
    upper: numbers(upper),
    attribution: [...toVector(attribution)],
    why: kind === 'silence' ? '' : what,
    channel: channel ?? null,
    category: incident.peak.evidence?.rarity?.category ?? null,
    dimension,
    feedback,
    waiting: waiting.length > 0,
    refused,
    acknowledged,
    note,
  };
}

/** Incidents do not change, and each is sent to every page: its sentence is made once. */
const REASONS: WeakMap<Incident<unknown, Value>, IncidentReason> = new WeakMap();

function reasonOf(incident: Incident<unknown, Value>, names: readonly string[] | undefined): IncidentReason {
  const known =
    REASONS.get(incident) ?? explainIncident(incident, names === undefined ? {} : { dimensions: names });
  REASONS.set(incident, known);
  return known;
}
