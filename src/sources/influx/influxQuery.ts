import type { CheckedConnection } from '../../clients/influx/connection.ts';
import { quoteName, quoteText } from '../../clients/influx/influxQl.ts';
import type { Nanoseconds } from '../../clients/influx/nanoseconds.ts';
import type { SelectStatement } from './selectStatement.ts';

/** The checked query: a measurement's fields, or a SELECT. */
export interface InfluxQuery {
  readonly connection: CheckedConnection;
  readonly measurement: string | undefined;
  readonly select: SelectStatement | undefined;
  /** Undefined with a SELECT of which every other column counts. */
  readonly fields: readonly string[] | undefined;
  /** Whether `value` is a number; undefined where the first answer decides. */
  readonly isScalar: boolean | undefined;
  readonly where: readonly (readonly [tag: string, values: readonly string[]])[];
  readonly groupBy: readonly string[] | '*' | undefined;
  readonly to: Nanoseconds | undefined;
}

/** The part of it that a statement requests. */
export interface InfluxRange {
  /** @default the oldest */
  readonly from: Nanoseconds | undefined;
  readonly before: Nanoseconds | undefined;
  /** Rows; left out where the answer is read as a whole. */
  readonly limit: number | undefined;
  /** @default 'ASC' */
  readonly order?: 'ASC' | 'DESC';
}

/**
 * The statement for a part of the query, in order of time. Of a measurement the columns are time, the fields in their
 * order and every tag: without all tags, two points of one moment could not be distinguished.
 */
export function statementOf(query: InfluxQuery, range: InfluxRange): string {
  return [
    `SELECT ${query.select === undefined ? columnsOf(query.fields ?? []) : '*'}`,
    sourceOf(query, range),
    `ORDER BY time ${range.order ?? 'ASC'}`,
    range.limit === undefined ? '' : `LIMIT ${range.limit}`,
  ]
    .filter(Boolean)
    .join(' ');
}

/** `FROM … WHERE …`: the points of the query in a range of time. */
export function sourceOf(query: InfluxQuery, range: Pick<InfluxRange, 'from' | 'before'>): string {
  const source = query.select === undefined ? quoteName(query.measurement ?? '') : `(${query.select.text})`;
  const conditions = tagConditions(query);
  if (range.from !== undefined) conditions.push(`time >= ${range.from}`);
  if (range.before !== undefined) conditions.push(`time < ${range.before}`);
  return [`FROM ${source}`, ...(conditions.length > 0 ? [`WHERE ${conditions.join(' AND ')}`] : [])].join(
    ' ',
  );
}

/** What `where` asks of tags. */
export function tagConditions(query: InfluxQuery): string[] {
  return query.where.map(([tag, values]) => anyOf(tag, values));
}

/** Fields get other names, so that no tag has to be renamed because a field is called like it. */
function columnsOf(fields: readonly string[]): string {
  const renamed = fields.map((name, at) => `${quoteName(name)}::field AS "rx_anomaly_field_${at}"`);
  return [...renamed, '*::tag'].join(', ');
}

function anyOf(tag: string, values: readonly string[]): string {
  return `(${values.map((value) => `${quoteName(tag)}::tag = ${quoteText(value)}`).join(' OR ')})`;
}
