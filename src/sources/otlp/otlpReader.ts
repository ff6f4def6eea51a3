import { seriesKey } from '../prometheus/prometheusReading.ts';
import type { CheckedOtlp, OtlpSeries, OtlpWarning } from './otlpOptions.ts';
import { type OtlpPoint, otlpPoints } from './otlpPoints.ts';

/** A data point as a reading, which the operators take without selectors. */
export interface OtlpReading extends OtlpSeries {
  readonly key: string;
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly time: number;
  /** A level as it is; of a counter the increase per second. NaN where nothing was recorded. */
  readonly value: number;
}

/** What a request came to. */
export interface OtlpResult {
  /** In the order of time. */
  readonly readings: readonly OtlpReading[];
  /** Of the points that were left out, a line each. */
  readonly problems: readonly string[];
}

/** The last point of a key. */
interface Last {
  readonly time: number;
  readonly start: number | undefined;
  readonly values: readonly number[];
  /** The sender's resource, and that of the sender before it. */
  readonly sender: string;
  readonly former: string | undefined;
  /** The request that had it. */
  readonly request: number;
}

/** Keys that are remembered; the one that was silent longest is forgotten. */
const MOST_KEYS = 1_000_000;

/** Makes readings of requests; remembers the last point of each series, from which a counter is read. */
export class OtlpReader {
  readonly #last: Map<string, Last> = new Map();
  readonly #options: CheckedOtlp;
  readonly #warn: (kind: OtlpWarning['kind'], message: string) => void;
  readonly #distributions: Set<string> = new Set();
  #request = 0;

  constructor(options: CheckedOtlp, warn: (kind: OtlpWarning['kind'], message: string) => void) {
    this.#options = options;
    this.#warn = warn;
  }

  /** @throws RxAnomalyError BAD_INPUT where `body` is no request of metrics */
  read(body: unknown): OtlpResult {
    const { points, problems } = otlpPoints(body, this.#options.reads);
    const all = [...problems];
    this.#request++;
    const inOrder = points.toSorted((a, b) => a.time - b.time);
    const readings = inOrder.flatMap((point) => {
      const found = this.#take(point);
      if (typeof found !== 'string') return found;
      all.push(found);
      return [];
    });
    return { readings, problems: all };
  }

  /** The readings of a point; text where it is left out, and why. */
  #take(point: OtlpPoint): OtlpReading[] | string {
    const { kind, metric, time, start, values } = point;
    const key = this.#keyOf(point);
    const last = this.#last.get(key);
    if (last?.time === time)
      return last.request === this.#request
        ? `${key} has several data points of one time; make keys differ (resource, keyOf)`
        : []; // sent again
    const isOther = kind === 'total' && last !== undefined && isOverlapping(point, last);
    const sender = JSON.stringify(point.resource);
    if (isOther || (last?.former === sender && last.sender !== sender))
      this.#warn(
        'sender',
        `${key}: several senders have this key; give each a service.instance.id, or name what differs (resource, keyOf)`,
      );
    if (isOther) return `${key} counts since another time than the point before, of another sender`;
    const isLate = last !== undefined && time < last.time;
    if (isLate && kind === 'total') return `${key} is older than the point before`;
    const isMissing = !values.every(Number.isFinite);
    if (!isLate) {
      const former = last?.sender === sender ? last.former : last?.sender;
      this.#last.delete(key);
      this.#last.set(key, {
        ...{ time, start: start ?? last?.start, sender, former, request: this.#request },
        values: isMissing && kind === 'total' ? (last?.values ?? []) : values,
      });
      if (this.#last.size > MOST_KEYS) this.#last.delete(this.#last.keys().next().value!);
    }
    if (point.isDistribution && !this.#distributions.has(metric)) {
      this.#distributions.add(metric);
      this.#warn(
        'distribution',
        `${metric} is a distribution: its count and its mean are read, not its shape`,
      );
    }
    if (isMissing || kind === 'level')
      return [
        this.#reading(
          point,
          point.isDistribution ? '.count' : '',
          isMissing ? values.find((each) => !Number.isFinite(each))! : values[0]!,
        ),
      ];
    const increase = kind === 'increase' ? sinceStart(point, last) : sinceLast(point, last);
    if (increase === undefined) return []; // from here on it counts
    const [count, sum] = increase.values;
    if (!(increase.seconds > 0)) return `${key} counts over no time`;
    const rate = count! / increase.seconds;
    if (!point.isDistribution) return [this.#reading(point, '', rate)];
    const counted = this.#reading(point, '.count', rate);
    return sum === undefined || !(count! > 0)
      ? [counted]
      : [counted, this.#reading(point, '.mean', sum / count!)];
  }

  #reading(point: OtlpPoint, suffix: string, value: number): OtlpReading {
    const { attributes, resource, time } = point;
    const series = { metric: `${point.metric}${suffix}`, attributes, resource };
    return { key: this.#keyOf(series), time, value, ...series };
  }

  #keyOf(series: OtlpSeries): string {
    const { keyOf, resource } = this.#options;
    if (keyOf !== undefined) return keyOf(series);
    const own = resource.filter((name) => Object.hasOwn(series.resource, name));
    const labels = Object.fromEntries(own.map((name) => [name, series.resource[name]!]));
    return seriesKey({ ...labels, ...series.attributes, __name__: series.metric })!;
  }
}

interface Increase {
  readonly values: readonly number[];
  readonly seconds: number;
}

/** Of a point that has what was added. */
function sinceStart({ values, time, start }: OtlpPoint, last: Last | undefined): Increase {
  return { values, seconds: (time - (start ?? last?.time ?? time)) / 1000 };
}

/** Of a point that has all: a counter that has begun anew had counted nothing before. */
function sinceLast({ values, time, start }: OtlpPoint, last: Last | undefined): Increase | undefined {
  if (last === undefined || last.values.length === 0) return undefined;
  const isAnew = (start !== undefined && start !== last.start) || values[0]! < last.values[0]!;
  if (!isAnew)
    return {
      values: values.map((value, k) => value - (last.values[k] ?? 0)),
      seconds: (time - last.time) / 1000,
    };
  const from = start !== undefined && start >= last.time && start < time ? start : last.time;
  return { values, seconds: (time - from) / 1000 };
}

/** Whether it began before the last point of a counter with another beginning, and so is another one. */
function isOverlapping({ start, values }: OtlpPoint, last: Last): boolean {
  return (
    start !== undefined &&
    last.start !== undefined &&
    start !== last.start &&
    start < last.time &&
    values.length > 0
  );
}
