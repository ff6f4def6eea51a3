import type { InfluxRow } from './influxRows.ts';

/**
 * Rows of each moment in the order of their series: InfluxDB guarantees no order, and two readings must agree.
 *
 * @param rows in order of time
 */
export function* orderMoments(rows: Iterable<InfluxRow>): Generator<InfluxRow, void, void> {
  let last: InfluxRow | undefined;
  let moment: InfluxRow[] | undefined; // of the last row, where it is not alone in it: few moments need an array
  for (const row of rows) {
    if (last !== undefined && last.ns === row.ns) {
      moment ??= [last];
      moment.push(row);
    } else if (moment !== undefined) {
      yield* numbered(moment.sort(bySeries));
      moment = undefined;
    } else if (last !== undefined) {
      yield last;
    }
    last = row;
  }
  if (moment !== undefined) yield* numbered(moment.sort(bySeries));
  else if (last !== undefined) yield last;
}

function bySeries(a: InfluxRow, b: InfluxRow): number {
  return a.series < b.series ? -1 : a.series > b.series ? 1 : 0;
}

/** Distinguishes points that a SELECT without all tags makes look the same: the second of a name becomes `name#2`. */
function numbered(rows: readonly InfluxRow[]): InfluxRow[] {
  let count = 1;
  return rows.map((row, at) => {
    count = at > 0 && rows[at - 1]!.series === row.series ? count + 1 : 1;
    return count === 1 ? row : { ...row, series: `${row.series}#${count}` };
  });
}
