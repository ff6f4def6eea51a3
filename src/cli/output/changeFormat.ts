import { stringify } from 'csv-stringify/sync';
import { changeLine } from '../../models/changes/changeLine.ts';
import type { ChangePoint } from '../../models/changes/changePoint.ts';
import { cell, type LineFormat, type OutputFormat } from './verdictFormat.ts';

/** @param names of the value columns */
export function changeFormat(format: OutputFormat, names: readonly string[]): LineFormat<ChangePoint> {
  if (format === 'ndjson')
    return { head: '', line: (change) => `${JSON.stringify(changeLine(change, names))}\n` };
  const header = ['kind', 'key', 'time', 'detectedAt', 'eventsAgo', 'column'];
  return {
    head: stringify([[...header, 'before', 'after', 'size', 'certainty']]),
    line: (change) => stringify([Object.values(changeLine(change, names)).map(cell)]),
  };
}
