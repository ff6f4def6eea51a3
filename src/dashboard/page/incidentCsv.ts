import type { WireIncident, WireStream } from './wire.ts';
import { worstOf } from './worstOf.ts';

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
];

/** Incidents as CSV (RFC 4180), a line each, times in UTC. Numbers are those of the dimension with the largest share. */
export function incidentCsv(
  incidents: readonly WireIncident[],
  stream: (id: number) => WireStream | undefined,
): string {
  const lines = incidents.map((incident) => {
    const { kind, severity, start, end, first, last, count, score, open, feedback } = incident;
    const worst = worstOf(incident);
    const [value, expected, lower, upper] = (['value', 'expected', 'lower', 'upper'] as const).map(
      (name) => incident[name][worst] ?? '',
    );
    const { name = null, dimensions = [] } = stream(incident.stream) ?? {};
    const dimension = dimensions.length > 1 ? dimensions[worst] : '';
    const numbers = [dimension ?? '', value, expected, lower, upper];
    const records = [first + 1, last + 1, count, score];
    return [name ?? '', kind, severity, iso(start), iso(end), ...records, ...numbers, open, feedback ?? ''];
  });
  return [HEADER, ...lines].map((fields) => `${fields.map(quoted).join(',')}\r\n`).join('');
}

function iso(time: number | null): string {
  return time === null ? '' : new Date(time).toISOString();
}

/** A field as RFC 4180 has it. */
export function quoted(field: unknown): string {
  const text = String(field);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
