import { stringify } from 'csv-stringify/sync';
import type { ChangePoint } from '../../models/changes/changePoint.ts';
import { cell, isoTime, type LineFormat, type OutputFormat } from './verdictFormat.ts';

/** @param names of the value columns */
export function changeFormat(format: OutputFormat, names: readonly string[]): LineFormat<ChangePoint> {
  const fieldsOf = ({ kind, key, time, detectedAt, dimension, ...change }: ChangePoint) => ({
    ...{ kind, key: key ?? null, time: isoTime(time), detectedAt: isoTime(detectedAt) },
    ...{ eventsAgo: change.eventsAgo, column: names[dimension] ?? null },
    ...{ before: change.before, after: change.after, size: change.size, certainty: change.certainty },
  });
  if (format === 'ndjson') return { head: '', line: (change) => `${JSON.stringify(fieldsOf(change))}\n` };
  const header = ['kind', 'key', 'time', 'detectedAt', 'eventsAgo', 'column'];
  return {
    head: stringify([[...header, 'before', 'after', 'size', 'certainty']]),
    line: (change) => stringify([Object.values(fieldsOf(change)).map(cell)]),
  };
}
