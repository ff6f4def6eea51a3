import { readTime } from '../../clients/influx/nanoseconds.ts';
import { setOrigin } from '../../clients/influx/origin.ts';
import type { InfluxCell, InfluxSeries } from '../../clients/influx/parseAnswer.ts';
import { RxAnomalyError } from '../../core/errors.ts';
import type { InfluxQuery } from './influxQuery.ts';
import { type InfluxReading, seriesName } from './influxReading.ts';
import type { PointIdentity } from './seenWindow.ts';

/** A reading that has not been emitted, with its identity. */
export interface InfluxRow extends PointIdentity, Omit<InfluxReading, 'position' | 'timeNs'> {}

/** What the rows of one series share. */
interface Labels {
  readonly tags: Readonly<Record<string, string>>;
  readonly series: string;
  readonly key: string | undefined;
}

/** Reads the rows of an answer, in its order. */
export function* rowsOf(query: InfluxQuery, answer: InfluxSeries): Generator<InfluxRow, void, void> {
  const { time, fields, tags: places } = placesOf(query, answer.columns);
  const isScalar = query.isScalar ?? fields.length === 1;
  const labelsOf = labelling(query, places);
  const measurement = query.measurement ?? answer.name;
  for (const cells of answer.values) {
    const { ms, ns } = readTime(String(cells[time]));
    const { tags, series, key } = labelsOf(cells);
    const stored: Record<string, InfluxCell> = {};
    for (const [field, at] of fields) stored[field] = cells[at] ?? null;
    const value = isScalar ? toNumber(cells[fields[0]![1]]) : fields.map(([, at]) => toNumber(cells[at]));
    yield { ns, series, time: ms, key, value, fields: stored, tags, measurement };
  }
}

/** NaN for what is not a number. */
export function toNumber(cell: InfluxCell | undefined): number {
  if (typeof cell === 'boolean') return cell ? 1 : 0;
  return typeof cell === 'number' ? cell : Number.NaN;
}

type Place = readonly [name: string, at: number];

/** Positions of time, fields and tags in a row. */
function placesOf(
  query: InfluxQuery,
  columns: readonly string[],
): { time: number; fields: Place[]; tags: Place[] } {
  const places = columns.map((name, at): Place => [name, at]);
  if (query.select === undefined) {
    const { fields = [] } = query;
    return {
      time: 0,
      fields: fields.map((name, at) => [name, at + 1]),
      tags: places.slice(1 + fields.length),
    };
  }
  const find = (name: string): Place => {
    const at = columns.indexOf(name);
    if (at !== -1) return [name, at];
    throw new RxAnomalyError(
      'BAD_INPUT',
      `fromInflux: the answer to select has no column ${name}, only ${columns.join(', ')}`,
    );
  };
  const tags = query.groupBy === '*' ? [] : (query.groupBy ?? []);
  const fields = query.fields ?? columns.filter((name) => name !== 'time' && !tags.includes(name));
  return { time: columns.indexOf('time'), fields: fields.map(find), tags: tags.map(find) };
}

/** Labels of a row. Rows of one series share them, which spares most of the time and memory of a page. */
function labelling(query: InfluxQuery, places: readonly Place[]): (cells: readonly InfluxCell[]) => Labels {
  const known = new Map<string, Labels>();
  return (cells) => {
    const id = places.length === 1 ? String(cells[places[0]![1]] ?? '') : idOf(places, cells);
    let labels = known.get(id);
    if (labels === undefined) {
      const pairs = places.map(([name, at]) => [name, String(cells[at] ?? '')] as const);
      labels = labelsOf(query, Object.fromEntries(pairs.filter(([, value]) => value !== '')));
      known.set(id, labels);
    }
    return labels;
  };
}

function idOf(places: readonly Place[], cells: readonly InfluxCell[]): string {
  return JSON.stringify(places.map(([, at]) => cells[at]));
}

export function labelsOf(query: InfluxQuery, tags: Readonly<Record<string, string>>): Labels {
  setOrigin(tags, query.connection);
  return { tags, series: seriesName(tags), key: keyOf(query.groupBy, tags) };
}

/** One tag: its value; several: `host=a,region=eu`. */
function keyOf(groupBy: InfluxQuery['groupBy'], tags: Readonly<Record<string, string>>): string | undefined {
  if (groupBy === undefined) return undefined;
  if (groupBy === '*') return seriesName(tags);
  if (groupBy.length === 1) return tags[groupBy[0]!] ?? '';
  return seriesName(Object.fromEntries(groupBy.map((tag) => [tag, tags[tag] ?? ''])));
}
