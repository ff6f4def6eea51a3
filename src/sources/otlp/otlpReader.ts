import { seriesKey } from '../prometheus/prometheusReading.ts';
import type { CheckedOtlp, OtlpSeries, OtlpWarning } from './otlpOptions.ts';
import { type OtlpPoint, otlpPoints } from './otlpPoints.ts';
import { type LastPoint, type OtlpPosition, OtlpProgress } from './otlpProgress.ts';

/** A data point as a reading, which the operators take without selectors. */
export interface OtlpReading extends OtlpSeries {
  readonly key: string;
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly time: number;
  /** A level as it is; of a counter the increase per second. NaN where nothing was recorded. */
  readonly value: number;
  /**
   * Where to resume after this reading: of every series its last point, up to some 60 bytes each, made when it is asked for. To
   * be asked of readings in the order in which they came.
   */
  readonly position: OtlpPosition;
}

/** How the name of a scope is called among the attributes of a resource. */
const SCOPE = 'otel.scope.name';

/** What a request came to. */
export interface OtlpResult {
  /** In the order of time. */
  readonly readings: readonly OtlpReading[];
  /** Of the points that were left out, a line each. */
  readonly problems: readonly string[];
}

/** Makes readings of requests; remembers the last point of each series, from which a counter is read. */
export class OtlpReader {
  readonly #progress: OtlpProgress;
  readonly #options: CheckedOtlp;
  readonly #warn: (kind: OtlpWarning['kind'], message: string) => void;
  readonly #distributions: Set<string> = new Set();
  #request = 0;

  constructor(options: CheckedOtlp, warn: (kind: OtlpWarning['kind'], message: string) => void) {
    this.#options = options;
    this.#progress = new OtlpProgress(options.position);
    this.#warn = warn;
  }

  /** To be called when what `read` returned last was processed. */
  answered(): void {
    this.#progress.answered();
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
    const last = this.#progress.last(key);
    if (last?.time === time)
      return last.request === this.#request
        ? `${key} has several data points of one time; name what differs (resource, keyOf)`
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
    if (point.isDistribution && !this.#distributions.has(metric)) {
      this.#distributions.add(metric);
      this.#warn(
        'distribution',
        `${metric} is a distribution: its count and its mean are read, not its shape`,
      );
    }
    const increase = kind === 'increase' ? sinceStart(point, last) : sinceLast(point, last);
    const isCounter = !isMissing && kind !== 'level';
    if (isCounter && increase === undefined)
      this.#warn(
        'counter',
        `${key}: the first point of a counter has no reading: from there on its increase is read, over a restart too where a state is kept`,
      );
    if (isCounter && increase !== undefined && !(increase.seconds > 0)) return `${key} counts over no time`;
    const found = isMissing
      ? [values.find((value) => !Number.isFinite(value))!]
      : kind === 'level'
        ? [values[0]!]
        : increase === undefined
          ? []
          : rateAndMean(increase, point.isDistribution);
    const readings = found.map((value, k) => this.#reading(point, k, value));
    if (isLate) return readings;
    const former = last?.sender === sender ? last.former : last?.sender;
    this.#progress.add(
      key,
      {
        ...{ time, start: start ?? last?.start, sender, former, request: this.#request },
        values: kind !== 'total' ? [] : isMissing ? (last?.values ?? []) : values,
      },
      readings.at(-1),
    );
    return readings;
  }

  /** @param k 0, of a distribution its count; 1: its mean */
  #reading(point: OtlpPoint, k: number, value: number): OtlpReading {
    const { attributes, resource, scope, time, isDistribution } = point;
    const metric = isDistribution ? `${point.metric}${k === 0 ? '.count' : '.mean'}` : point.metric;
    const series = { metric, attributes, resource, scope };
    return new Reading(this.#progress, this.#keyOf(series), time, value, series);
  }

  #keyOf(series: OtlpSeries): string {
    const { keyOf, resource } = this.#options;
    if (keyOf !== undefined) return keyOf(series);
    const all: Readonly<Record<string, string>> = { [SCOPE]: series.scope, ...series.resource };
    const own = resource.filter((name) => Object.hasOwn(all, name));
    const labels = Object.fromEntries(own.map((name) => [name, all[name]!]));
    return seriesKey({ ...labels, ...series.attributes, __name__: series.metric })!;
  }
}

/** A class, as the position is made only where somebody asks for it. */
class Reading implements OtlpReading {
  readonly key: string;
  readonly time: number;
  readonly value: number;
  readonly metric: string;
  readonly attributes: OtlpSeries['attributes'];
  readonly resource: OtlpSeries['resource'];
  readonly scope: string;
  readonly #progress: OtlpProgress;

  constructor(progress: OtlpProgress, key: string, time: number, value: number, series: OtlpSeries) {
    this.#progress = progress;
    this.key = key;
    this.time = time;
    this.value = value;
    this.metric = series.metric;
    this.attributes = series.attributes;
    this.resource = series.resource;
    this.scope = series.scope;
  }

  get position(): OtlpPosition {
    return this.#progress.after(this);
  }
}

interface Increase {
  readonly values: readonly number[];
  readonly seconds: number;
}

/** Of a counter the increase per second, of a distribution also the mean, where it counted any. */
function rateAndMean({ values: [count, sum], seconds }: Increase, isDistribution: boolean): number[] {
  const rate = count! / seconds;
  return isDistribution && sum !== undefined && count! > 0 ? [rate, sum / count!] : [rate];
}

/** Of a point that has what was added; undefined where it is not known since when. */
function sinceStart({ values, time, start }: OtlpPoint, last: LastPoint | undefined): Increase | undefined {
  const from = start ?? last?.time;
  return from === undefined ? undefined : { values, seconds: (time - from) / 1000 };
}

/** Of a point that has all: a counter that has begun anew had counted nothing before. */
function sinceLast({ values, time, start }: OtlpPoint, last: LastPoint | undefined): Increase | undefined {
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
function isOverlapping({ start, values }: OtlpPoint, last: LastPoint): boolean {
  return (
    start !== undefined &&
    last.start !== undefined &&
    start !== last.start &&
    start < last.time &&
    values.length > 0
  );
}
