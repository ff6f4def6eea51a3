/** One sample, as a reading, which the operators take without selectors. */
export interface PrometheusReading {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly time: number;
  /** The series as Prometheus writes it: `up{instance="a",job="b"}`; undefined of a result without labels. */
  readonly key: string | undefined;
  /** May be NaN or infinite. */
  readonly value: number;
  readonly labels: Readonly<Record<string, string>>;
  /** Where to resume after this reading. */
  readonly position: PrometheusPosition;
}

/** The position in a stream of readings, which are in the order of time and then of key: plain JSON. */
export interface PrometheusPosition {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly time: number;
  /** The last key that was read of that moment; null of a result without labels. */
  readonly key: string | null;
}

/** A series as Prometheus writes it; undefined without labels. */
export function seriesKey(labels: Readonly<Record<string, string>>): string | undefined {
  const { __name__: name = '', ...others } = labels;
  const pairs = Object.keys(others)
    .sort()
    .map((label) => `${label}=${JSON.stringify(others[label])}`);
  if (pairs.length === 0) return name === '' ? undefined : name;
  return `${name}{${pairs.join(',')}}`;
}
