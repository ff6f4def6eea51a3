import { editDistance, show } from '../../../core/options.ts';
import type { InfluxQuery } from '../influxQuery.ts';
import { seriesName } from '../influxReading.ts';
import { labelsOf } from '../influxRows.ts';
import { type InfluxSchema, MOST_SERIES } from './influxSchema.ts';

/** Something that makes a query read other things than its user probably means. */
export interface SchemaFinding {
  /** Whether nothing, or the wrong numbers, would be read. */
  readonly isError: boolean;
  readonly message: string;
}

/** What is wrong with reading `query` from a database of this schema, the gravest first. */
export function schemaFindings(query: InfluxQuery, schema: InfluxSchema, database: string): SchemaFinding[] {
  const missing = missingSource(query, schema, database);
  if (missing !== undefined) return [error(missing)];
  return [
    ...(query.fields ?? []).flatMap((field) => fieldErrors(query, schema, field)),
    ...tagErrors(query, schema),
    ...mergedSeries(query, schema),
    ...schema.unsupported.map((each) => warning(`the schema could not be checked in full: ${each}`)),
  ];
}

/** A retention policy or measurement that is not there. */
function missingSource(query: InfluxQuery, schema: InfluxSchema, database: string): string | undefined {
  const { policy, policies, measurements, fields, policiesWithFields, unsupported } = schema;
  const measurement = query.measurement ?? '';
  if (policy !== undefined && policies.length > 0 && !policies.includes(policy))
    return `database ${show(database)} has no retention policy ${show(policy)}, only ${list(policies)}: set retentionPolicy (--retention-policy)`;
  if (unsupported.length === 0 && !measurements.includes(measurement)) {
    const known =
      measurements.length === 0
        ? 'it is empty'
        : `the nearest are ${list(nearestNames(measurement, measurements))}`;
    return `database ${show(database)} has no measurement ${show(measurement)}; ${known}`;
  }
  if (fields.size > 0 || unsupported.length > 0) return undefined;
  const elsewhere =
    policiesWithFields.length === 0
      ? 'it may have expired'
      : `it is in ${list(policiesWithFields)}: set retentionPolicy (--retention-policy)`;
  return `measurement ${show(measurement)} has no points in retention policy ${show(policy)}; ${elsewhere}`;
}

function fieldErrors({ measurement }: InfluxQuery, schema: InfluxSchema, field: string): SchemaFinding[] {
  const { fields, tags } = schema;
  const types = fields.get(field);
  if (fields.size === 0) return [];
  const numeric = [...fields].flatMap(([name, [type]]) => (type === 'string' ? [] : [name]));
  const choice =
    numeric.length === 0
      ? 'it has none of numbers'
      : `its nearest of numbers are ${list(nearestNames(field, numeric))}`;
  if (types === undefined) {
    const what = tags.includes(field) ? `, ${show(field)} is a tag` : '';
    return [error(`measurement ${show(measurement)} has no field ${show(field)}${what}; ${choice}`)];
  }
  if (types.length === 1 && types[0] === 'string')
    return [
      error(`field ${show(field)} of ${show(measurement)} is text, which cannot be modelled; ${choice}`),
    ];
  return [];
}

function tagErrors({ measurement, groupBy, where }: InfluxQuery, schema: InfluxSchema): SchemaFinding[] {
  const { tags, fields, series, unsupported } = schema;
  const grouped = groupBy === '*' ? [] : (groupBy ?? []);
  if (unsupported.some((each) => each.startsWith('SHOW TAG KEYS'))) return [];
  const unknown = [...new Set([...grouped, ...where.map(([tag]) => tag)])].filter(
    (tag) => !tags.includes(tag),
  );
  const found = unknown.map((tag) => {
    const what = fields.has(tag) ? `, ${show(tag)} is a field` : '';
    const known = tags.length === 0 ? 'it has no tags' : `the nearest are ${list(nearestNames(tag, tags))}`;
    return error(`measurement ${show(measurement)} has no tag ${show(tag)}${what}; ${known}`);
  });
  const isEmpty = found.length === 0 && where.length > 0 && series.length === 0 && unsupported.length === 0;
  if (!isEmpty) return found;
  const condition = where
    .map(([tag, values]) => `${show(tag)} = ${values.map(show).join(' or ')}`)
    .join(', ');
  return [warning(`no series of measurement ${show(measurement)} has ${condition}`)];
}

/** Tag sets that come out under one key. */
function mergedSeries(query: InfluxQuery, { series, tags }: InfluxSchema): SchemaFinding[] {
  const streams = new Map<string | undefined, Readonly<Record<string, string>>[]>();
  for (const each of series) {
    const { key } = labelsOf(query, each);
    const others = streams.get(key);
    if (others === undefined) streams.set(key, [each]);
    else others.push(each);
  }
  const merged = [...streams].filter(([, sets]) => sets.length > 1);
  if (merged.length === 0) return [];
  const differing = tags.filter((tag) =>
    merged.some(([, sets]) => sets.some((set) => set[tag] !== sets[0]![tag])),
  );
  const [key, sets] = merged[0]!;
  const count = series.length === MOST_SERIES ? `${MOST_SERIES} or more` : series.length;
  const what =
    key === undefined
      ? `${count} series are read as one stream`
      : `several series are read as stream ${show(key)}`;
  const [a, b] = sets
    .map((set) => (seriesName(set) === '' ? 'one without tags' : show(seriesName(set))))
    .sort();
  const grouped = [
    ...(query.groupBy === undefined || query.groupBy === '*' ? [] : query.groupBy),
    ...differing,
  ];
  return [
    warning(
      `${what}, such as ${a} and ${b} of ${show(query.measurement)}: ` +
        `set groupBy (--group-by ${grouped.join(',')}) for a stream of each`,
    ),
  ];
}

function list(names: readonly string[]): string {
  return names.map(show).join(', ');
}

function error(message: string): SchemaFinding {
  return { isError: true, message };
}

function warning(message: string): SchemaFinding {
  return { isError: false, message };
}

/** The names most like `name`, best first; those that differ in case or by a part of it come before the others. */
export function nearestNames(name: string, names: readonly string[], count = 3): string[] {
  const wanted = name.toLowerCase();
  const distanceOf = (other: string): number => {
    const known = other.toLowerCase();
    const isPart =
      wanted.length > 2 && known.length > 2 && (known.includes(wanted) || wanted.includes(known));
    return isPart ? 0 : editDistance(wanted, known);
  };
  return names
    .map((other) => ({ other, score: distanceOf(other) }))
    .sort((a, b) => a.score - b.score || (a.other < b.other ? -1 : 1))
    .slice(0, count)
    .map(({ other }) => other);
}
