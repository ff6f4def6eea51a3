import type { InfluxRow } from './influxRows.ts';

/**
 * Rows of each moment in the order of their series: InfluxDB keeps none, and what is read twice must be the same twice.
 *
 * @param rows in order of time
 */
export function orderMoments(rows: readonly InfluxRow[]): InfluxRow[] {
  const ordered: InfluxRow[] = [];
  for (let start = 0; start < rows.length; ) {
    const end = endOfMoment(rows, start);
    if (end === start + 1) ordered.push(rows[start]!);
    else ordered.push(...numbered(rows.slice(start, end).sort(bySeries)));
    start = end;
  }
  return ordered;
}

/** Where the last moment begins; 0 where there is only one. */
export function startOfLastMoment(rows: readonly InfluxRow[]): number {
  let start = rows.length - 1;
  while (start > 0 && rows[start - 1]!.ns === rows[start]!.ns) start--;
  return start;
}

function endOfMoment(rows: readonly InfluxRow[], start: number): number {
  let end = start + 1;
  while (end < rows.length && rows[end]!.ns === rows[start]!.ns) end++;
  return end;
}

function bySeries(a: InfluxRow, b: InfluxRow): number {
  return a.series < b.series ? -1 : a.series > b.series ? 1 : 0;
}

/** Tells apart what a SELECT without all tags makes look the same: the second of a name becomes `name#2`. */
function numbered(rows: readonly InfluxRow[]): InfluxRow[] {
  let count = 1;
  return rows.map((row, at) => {
    count = at > 0 && rows[at - 1]!.series === row.series ? count + 1 : 1;
    return count === 1 ? row : { ...row, series: `${row.series}#${count}` };
  });
}
