import type { Nanoseconds } from './nanoseconds.ts';

/** What a field can hold. */
export type InfluxField = number | string | boolean;

/** A point as it is written: `measurement,tag=a field=1 1700000000000000000`. */
export interface InfluxPoint {
  readonly measurement: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly fields: Readonly<Record<string, InfluxField>>;
  readonly timeNs: Nanoseconds;
}

/**
 * A line of line protocol. Tags that are empty and fields that are no finite number are left out, as InfluxDB stores
 * neither; undefined where no field is left. Line protocol cannot say everything: a line break in a name or a tag
 * becomes `\n`, two characters, and backslashes right before a comma, equals sign, blank or the end, which would escape
 * what follows, become `%5C`.
 */
export function formatPoint({ measurement, tags, fields, timeNs }: InfluxPoint): string | undefined {
  const pairs = formatFields(fields);
  if (pairs === '') return undefined;
  const labels = Object.entries(tags)
    .filter(([name, value]) => name !== '' && value !== '')
    .sort(([a], [b]) => (a < b ? -1 : 1)) // spares the server the sorting
    .map(([name, value]) => `,${escapeKey(name)}=${escapeKey(value)}`);
  return `${escapeMeasurement(measurement)}${labels.join('')} ${pairs} ${timeNs}`;
}

/** The fields of a line, without those that are no finite number. */
export function formatFields(fields: Readonly<Record<string, InfluxField>>): string {
  return Object.entries(fields)
    .filter(([, value]) => typeof value !== 'number' || Number.isFinite(value))
    .map(([name, value]) => `${escapeKey(name)}=${formatField(value)}`)
    .join(',');
}

function formatField(value: InfluxField): string {
  if (typeof value !== 'string') return String(value);
  return `"${value.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
}

function escapeKey(text: string): string {
  return escaped(text, /(\\*)([,= ]|$)/g);
}

/** In a measurement an equals sign is nothing special; a leading # would make the line a comment. */
function escapeMeasurement(text: string): string {
  return escaped(text, /(\\*)([, ]|$)/g).replace(/^#/, '\\#');
}

function escaped(text: string, special: RegExp): string {
  return text
    .replaceAll('\r', '\\r')
    .replaceAll('\n', '\\n')
    .replace(special, (_, slashes: string, char: string) => {
      const visible = slashes.replaceAll('\\', '%5C');
      return char === '' ? visible : `${visible}\\${char}`;
    });
}
