import type { Nanoseconds } from '../../clients/influx/nanoseconds.ts';
import type { InfluxCell } from '../../clients/influx/parseAnswer.ts';
import type { Value } from '../../core/reading.ts';

/** One point of an InfluxDB, which the operators read without selectors. */
export interface InfluxReading<V extends Value = Value> {
  /** Milliseconds since 1970-01-01T00:00:00Z, with a fraction where it is finer. */
  readonly time: number;
  /** The same with every digit, in nanoseconds. */
  readonly timeNs: Nanoseconds;
  /** What the tags of `groupBy` say; undefined without `groupBy`. */
  readonly key: string | undefined;
  /** The requested fields: a number where `fields` is one name, otherwise an array; NaN for what is not a number. */
  readonly value: V;
  /** The fields as they are stored. */
  readonly fields: Readonly<Record<string, InfluxCell>>;
  /** Of a measurement every tag that the point has, of a SELECT those of `groupBy`. */
  readonly tags: Readonly<Record<string, string>>;
  /** Name of the measurement. */
  readonly measurement: string;
  /** Where to resume after this reading: see `position` of FromInfluxOptions. */
  readonly position: InfluxPosition;
}

/**
 * The position in a stream of readings: plain JSON, of the size of what came within `allowedLateness`. Created when
 * it is read, so that it costs nothing otherwise.
 */
export interface InfluxPosition {
  /** Reading resumes with points of this time … */
  readonly from: Nanoseconds;
  /** … without these, which have been emitted: time and series of each. */
  readonly seen: readonly string[];
}

/** `host=a,region=eu`: tags as one name, in their order; the same for the same tags, another for others. */
export function seriesName(tags: Readonly<Record<string, string>>): string {
  return Object.keys(tags)
    .sort()
    .map((name) => `${escaped(name)}=${escaped(tags[name]!)}`)
    .join(',');
}

function escaped(text: string): string {
  return text.replace(/[\\,=#]/g, '\\$&');
}
