import { nsToMilliseconds } from '../../../clients/influx/nanoseconds.ts';
import type { ParsedPoint } from '../../../clients/influx/parseLines.ts';
import type { InfluxQuery } from '../influxQuery.ts';
import { type InfluxRow, labelsOf, toNumber } from '../influxRows.ts';

/**
 * The points that the query asks for, as a sweep would read them. One that lacks a field is left to the sweeps: the
 * rest of it may come by another write, and a point is handed out once only.
 */
export function pushedRows(query: InfluxQuery, points: readonly ParsedPoint[]): InfluxRow[] {
  const { fields: names = [], isScalar = false } = query;
  return points.flatMap(({ measurement, tags, fields, timeNs }): InfluxRow[] => {
    if (timeNs === undefined || measurement !== query.measurement) return [];
    if (!query.where.every(([tag, values]) => values.includes(tags[tag] ?? ''))) return [];
    if (!names.every((name) => Object.hasOwn(fields, name))) return [];
    const { series, key } = labelsOf(query, tags);
    const read = Object.fromEntries(names.map((name) => [name, fields[name]!]));
    const numbers = names.map((name) => toNumber(fields[name]));
    const value = isScalar ? numbers[0]! : numbers;
    return [
      { ns: timeNs, series, time: nsToMilliseconds(timeNs), key, value, fields: read, tags, measurement },
    ];
  });
}
