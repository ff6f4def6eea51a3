import type { WireIncident, WireStream } from '../wire.ts';
import { reasonOf } from './incidentText.ts';

const HEADER = [
  'stream',
  'kind',
  'severity',
  'start',
  'end',
  'first_record',
  'last_record',
  'events',
  'score',
  'dimension',
  'value',
  'expected',
  'lower',
  'upper',
  'open',
  'feedback',
  'why',
  'acknowledged',
  'note',
];

/**
 * Incidents as CSV (RFC 4180), a line each, times in UTC as in the CSV of records. Numbers are those of the dimension with the
 * largest share; they have a decimal point in every language.
 */
export function incidentCsv(
  incidents: readonly WireIncident[],
  stream: (id: number) => WireStream | undefined,
): string {
  const lines = incidents.map((incident) => {
    const { kind, severity, start, end, first, last, count, score, open, feedback } = incident;
    const iso = (time: number | null): string => (time === null ? '' : new Date(time).toISOString());
    const people = [
      feedback ?? '',
      reasonOf(incident, 'UTC'),
      incident.acknowledged,
      harmless(incident.note),
    ];
    const worst = incident.dimension;
    const [value, expected, lower, upper] = (['value', 'expected', 'lower', 'upper'] as const).map(
      (name) => incident[name][worst] ?? '',
    );
    const { name = null, dimensions = [] } = stream(incident.stream) ?? {};
    const dimension = dimensions.length > 1 ? dimensions[worst] : '';
    const numbers = [dimension ?? '', value, expected, lower, upper];
    const records = [first + 1, last + 1, count, score];
    return [name ?? '', kind, severity, iso(start), iso(end), ...records, ...numbers, open, ...people];
  });
  return [HEADER, ...lines].map((fields) => `${fields.map(quoted).join(',')}\r\n`).join('');
}

/** What people have written is no formula, whatever a spreadsheet takes for one. */
function harmless(text: string): string {
  return /^[=+\-@\t]/.test(text) ? `'${text}` : text;
}

/** A field as RFC 4180 has it. */
export function quoted(field: unknown): string {
  const text = String(field);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
