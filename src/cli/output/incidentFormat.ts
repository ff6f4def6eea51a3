import { stringify } from 'csv-stringify/sync';
import type { EndedBy, Incident, IncidentKind, Rarity, Severity, Value } from '../../core/reading.ts';
import { explainIncident } from '../../explain/explainIncident.ts';
import {
  cell,
  isoTime,
  type LineFormat,
  type OutputFormat,
  perDimension,
  rarityOf,
  rowField,
  rowText,
} from './verdictFormat.ts';

/** An incident as a line of JSON; NaN is null there. `src/schemas/incident.json` describes it. */
export interface IncidentLine {
  readonly kind: IncidentKind;
  readonly key: string | null;
  /** ISO 8601 in UTC. */
  readonly start: string | null;
  readonly end: string | null;
  /** Of a table without times: rows, from 1. */
  readonly startRow?: number;
  readonly endRow?: number;
  /** Flagged events. */
  readonly count: number;
  readonly severity: Severity;
  readonly open: boolean;
  /** Why it ended though no event has ended it. */
  readonly endedBy?: EndedBy;
  readonly why: string;
  readonly peak: PeakLine;
}

/** The event of an incident with the highest score. */
export interface PeakLine {
  readonly time: string | null;
  readonly row?: number;
  readonly score: number;
  readonly value: Value;
  readonly expected: Value;
  readonly lower: Value;
  readonly upper: Value;
  readonly attribution: Value;
  /** How rare its category is (`--rare`). */
  readonly rarity?: Rarity;
}

/** @param names of the value columns */
export function incidentFormat(
  format: OutputFormat,
  names: readonly string[],
): LineFormat<Incident<unknown, Value>> {
  const why = (incident: Incident<unknown, Value>): string =>
    explainIncident(incident, { dimensions: names }).text;
  if (format === 'ndjson') {
    return {
      head: '',
      line: (incident) => {
        const { kind, key, start, end, peak, ...fields } = incidentFields(incident);
        const { time, ...values } = peak;
        const rows = { ...rowField('startRow', incident.first), ...rowField('endRow', incident.last) };
        const at = { time, ...rowField('row', incident.peak) };
        const by = incident.endedBy === undefined ? {} : { endedBy: incident.endedBy };
        const last = { ...by, why: why(incident), peak: { ...at, ...values, ...rarityOf(incident.peak) } };
        const line: IncidentLine = { kind, key, start, end, ...rows, ...fields, ...last };
        return `${JSON.stringify(line)}\n`;
      },
    };
  }
  const perPeak = ['value', 'expected', 'lower', 'upper', 'attribution'].flatMap((field) =>
    perDimension(field, names),
  );
  const header = [
    'kind',
    'key',
    'start',
    'end',
    'count',
    'severity',
    'open',
    'peakTime',
    'peakScore',
    ...perPeak,
    'why',
  ];
  return {
    head: stringify([header]),
    line: (incident) => {
      const { kind, key, start, end, peak, ...rest } = incidentFields(incident);
      const { time, score, ...values } = peak;
      const times = [start ?? rowText(incident.first), end ?? rowText(incident.last)];
      const head = [kind, key, ...times, ...Object.values(rest), time ?? rowText(incident.peak), score];
      return stringify([[...head, ...Object.values(values).flat(), why(incident)].map(cell)]);
    },
  };
}

function incidentFields({
  kind,
  key,
  start,
  end,
  count,
  severity,
  open,
  peak,
}: Incident<unknown, Value>): Omit<IncidentLine, 'startRow' | 'endRow' | 'why'> {
  return {
    kind,
    key: key ?? null,
    start: isoTime(start),
    end: isoTime(end),
    count,
    severity,
    open,
    peak: {
      time: isoTime(peak.time),
      score: peak.score,
      value: peak.value,
      expected: peak.expected,
      lower: peak.lower,
      upper: peak.upper,
      attribution: peak.attribution,
    },
  };
}
