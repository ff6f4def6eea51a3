import { textTable } from '../../cli/text/formatText.ts';
import { HORIZONS } from '../../models/pretrained/contextInputs.ts';
import { AGES } from './forecastErrors.ts';
import type { CollectionResult, Ratio } from './forecastResults.ts';

export type TableFormat = 'text' | 'markdown';

/** A table for each collection: ratios by horizon with medians, by age, and what the bands hold. */
export function forecastTables(results: readonly CollectionResult[], format: TableFormat): string {
  return results.map((result) => tableOf(result, format)).join('\n');
}

function tableOf({ collection, series, subjects }: CollectionResult, format: TableFormat): string {
  const title = `${collection}: ${series} series`;
  const header = [
    'error by that of the last value',
    ...HORIZONS.map((steps) => (steps === 1 ? '1 step' : `${steps} steps`)),
    ...AGES.map(([from, to]) => (Number.isFinite(to) ? `records ${from}–${to}` : `from ${from} on`)),
    'within band',
  ];
  const rows = subjects.map(({ subject, horizons, ages, within }) => [
    subject,
    ...horizons.map(withMedian),
    ...ages.map(({ mean }) => ratio(mean)),
    Number.isFinite(within) ? `${(100 * within).toFixed(1)} %` : '–',
  ]);
  return format === 'text'
    ? `${title}\n${formatTable(header, rows, format)}\n`
    : `**${title}**\n\n${formatTable(header, rows, format)}\n`;
}

/** Columns after the first to the right. */
export function formatTable(
  header: readonly string[],
  rows: readonly (readonly string[])[],
  format: TableFormat,
): string {
  if (format === 'text') return textTable(header, rows);
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  const rule = header.map((_, at) => (at === 0 ? '---' : '---:'));
  return [header, rule, ...rows].map(line).join('\n');
}

function withMedian({ mean, median }: Ratio): string {
  return `${ratio(mean)} (${ratio(median)})`;
}

function ratio(value: number): string {
  return Number.isFinite(value) ? value.toFixed(3) : '–';
}
