import { formatFields, type InfluxField } from '../../clients/influx/formatPoint.ts';
import { parseLine, seriesOf, withFields } from '../../clients/influx/parseLines.ts';
import type { Value, Verdict } from '../../core/reading.ts';

/** What may be added of each field, by the end of the name that it gets. */
export const ADDED = ['anomaly', 'score', 'severity', 'expected', 'lower', 'upper'] as const;

export type Added = (typeof ADDED)[number];

/** One number of a metric: an event of the stream of that series and field. Its JSON, in the state of an incident, is without the metric. */
export class FieldValue {
  readonly field: string;
  /** `measurement,tag=a field`. */
  readonly key: string;
  /** Milliseconds since 1970-01-01T00:00:00Z; undefined where the line has none. */
  readonly time: number | undefined;
  readonly value: number;
  readonly #metric: MetricLine;

  constructor(metric: MetricLine, field: string, key: string, time: number | undefined, value: number) {
    this.#metric = metric;
    this.field = field;
    this.key = key;
    this.time = time;
    this.value = value;
  }

  get metric(): MetricLine {
    return this.#metric;
  }
}

/** One line of a metric on its way through: its numbers, and what is added to it. */
export class MetricLine {
  /** What detects anomalies gets, in the order of the line; none of a line that is no metric. */
  readonly values: readonly FieldValue[];
  /** Whether the line can be read. */
  readonly isMetric: boolean;
  readonly #line: string;
  readonly #known: Readonly<Record<string, InfluxField>>;
  readonly #added: Record<string, InfluxField> = {};
  #pending: number;

  /** @param wants whether a field of that name is wanted */
  constructor(line: string, wants: (field: string) => boolean) {
    const point = parseLine(line);
    this.#line = line;
    this.isMetric = point !== undefined;
    this.#known = point?.fields ?? {};
    const series = seriesOf(line);
    const time = point?.timeNs === undefined ? undefined : Number(point.timeNs) / 1e6;
    this.values = Object.entries(this.#known).flatMap(([field, value]) =>
      typeof value === 'number' && wants(field)
        ? [new FieldValue(this, field, `${series} ${field}`, time, value)]
        : [],
    );
    this.#pending = this.values.length;
  }

  /** Whether nothing is to be added any more. */
  get isDone(): boolean {
    return this.#pending <= 0;
  }

  /** Adds what was found of one field. Returns the names that the line has already, which stay as they are. */
  add(field: string, verdict: Verdict<unknown, Value>, wanted: readonly Added[]): string[] {
    this.#pending--;
    const taken: string[] = [];
    for (const what of wanted) {
      const name = `${field}_${what}`;
      if (Object.hasOwn(this.#known, name)) taken.push(name);
      else this.#added[name] = fieldOf(verdict, what);
    }
    return taken;
  }

  /** The line as it leaves, with a line break. */
  toString(): string {
    const fields = formatFields(this.#added);
    return `${fields === '' ? this.#line : withFields(this.#line, fields)}\n`;
  }
}

function fieldOf(verdict: Verdict<unknown, Value>, what: Added): InfluxField {
  const { isAnomaly, score, severity } = verdict;
  if (what === 'anomaly') return isAnomaly;
  if (what === 'score') return score;
  if (what === 'severity') return severity;
  return verdict[what] as number; // every stream has one dimension
}
