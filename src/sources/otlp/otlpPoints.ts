import { RxAnomalyError } from '../../core/errors.ts';
import type { OtlpSeries } from './otlpOptions.ts';

/** A data point as it was sent. */
export interface OtlpPoint extends OtlpSeries {
  /** What its values are: as they are now, what was added since `start`, or all since then. */
  readonly kind: 'level' | 'increase' | 'total';
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly time: number;
  /** Since when it counts; undefined where it is not sent. */
  readonly start: number | undefined;
  /** A value; of a distribution its count and, where it is sent, its sum. NaN where nothing was recorded. */
  readonly values: readonly number[];
  readonly isDistribution: boolean;
}

/** The points of a request, and what cannot be read of it, a line for each point. */
export interface OtlpRequest {
  readonly points: readonly OtlpPoint[];
  readonly problems: readonly string[];
}

type Fields = Readonly<Record<string, unknown>>;

const NUMBER = /^(?:NaN|[+-]?(?:Infinity|(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?))$/i;
const DISTRIBUTIONS = ['histogram', 'exponentialHistogram', 'summary'];
const NOTHING_RECORDED = 1;

/**
 * The data points of an `ExportMetricsServiceRequest` as JSON, of the metrics that `reads` names.
 *
 * @throws RxAnomalyError BAD_INPUT where it is none
 */
export function otlpPoints(body: unknown, reads: (metric: string) => boolean): OtlpRequest {
  const points: OtlpPoint[] = [];
  const problems: string[] = [];
  for (const ofResource of listIn(fieldsOf(body, 'the request'), 'resourceMetrics')) {
    const resource = attributesIn(fieldsOf(ofResource.resource ?? {}, 'resource'));
    for (const { metric, scope, series } of listIn(ofResource, 'scopeMetrics').flatMap((holder) => {
      const scope = String(fieldsOf(holder.scope ?? {}, 'scope').name ?? '');
      return listIn(holder, 'metrics').map((each) => ({ metric: String(each.name), scope, series: each }));
    })) {
      if (!reads(metric)) continue;
      const type = ['gauge', 'sum', ...DISTRIBUTIONS].find(
        (name) => (series[name] ?? undefined) !== undefined,
      );
      if (type === undefined) {
        problems.push(`${metric} has neither gauge, sum, histogram nor summary`);
        continue;
      }
      const data = fieldsOf(series[type], type);
      const kind = kindOf(type, data);
      for (const point of listIn(data, 'dataPoints')) {
        const found = kind ?? 'has no aggregationTemporality';
        const isDistribution = DISTRIBUTIONS.includes(type);
        const values = isDistribution ? countAndSum(point) : single(point);
        const time = milliseconds(point.timeUnixNano);
        if (kind === undefined) problems.push(`${metric} ${found}`);
        else if (values === undefined) problems.push(`${metric} has a data point without a value`);
        else if (time === undefined) problems.push(`${metric} has a data point without timeUnixNano`);
        else
          points.push({
            ...{ metric, resource, scope, attributes: attributesIn(point), kind, time, values },
            isDistribution,
            start: milliseconds(point.startTimeUnixNano),
          });
      }
    }
  }
  return { points, problems };
}

/** Only what grows is a counter: a sum that may fall is a level. */
function kindOf(type: string, data: Fields): OtlpPoint['kind'] | undefined {
  if (type === 'gauge') return 'level';
  if (type === 'summary') return 'total';
  const { aggregationTemporality: how, isMonotonic } = data;
  if (how === 1 || how === 'AGGREGATION_TEMPORALITY_DELTA') return 'increase';
  if (how !== 2 && how !== 'AGGREGATION_TEMPORALITY_CUMULATIVE') return undefined;
  return type === 'sum' && isMonotonic !== true ? 'level' : 'total';
}

function single(point: Fields): number[] | undefined {
  if (isUnrecorded(point)) return [Number.NaN];
  const value = numberIn(point.asDouble ?? point.asInt);
  return value === undefined ? undefined : [value];
}

function countAndSum(point: Fields): number[] | undefined {
  if (isUnrecorded(point)) return [Number.NaN];
  const [count, sum] = [numberIn(point.count ?? 0), numberIn(point.sum)];
  if (count === undefined) return undefined;
  return sum === undefined ? [count] : [count, sum];
}

function isUnrecorded({ flags }: Fields): boolean {
  return (Number(flags ?? 0) & NOTHING_RECORDED) !== 0;
}

/** 64-bit integers and what JSON has no number for are text. */
function numberIn(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  return typeof value === 'string' && NUMBER.test(value) ? Number(value) : undefined;
}

/** Of nanoseconds; 0 stands for unknown. */
function milliseconds(nanoseconds: unknown): number | undefined {
  const found = numberIn(nanoseconds) ?? 0;
  return found > 0 && found < 1e25 ? Math.round(found / 1e6) : undefined;
}

function attributesIn(holder: Fields): Record<string, string> {
  return Object.fromEntries(
    listIn(holder, 'attributes').map(({ key, value }) => [String(key), textOf(value ?? {})]),
  );
}

function textOf(value: unknown): string {
  const [only, ...others] = Object.values(fieldsOf(value, 'the value of an attribute'));
  const isPlain = others.length === 0 && ['string', 'number', 'boolean'].includes(typeof only);
  return isPlain ? String(only) : JSON.stringify(value);
}

function listIn(holder: Fields, name: string): readonly Fields[] {
  const list = holder[name] ?? [];
  if (!Array.isArray(list)) throw unexpected(name, 'a list', list);
  return list.map((each) => fieldsOf(each, `an element of ${name}`));
}

function fieldsOf(value: unknown, what: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw unexpected(what, 'an object', value);
  return value as Fields;
}

function unexpected(what: string, expected: string, value: unknown): RxAnomalyError {
  const shown = (JSON.stringify(value) ?? 'nothing').slice(0, 40);
  return new RxAnomalyError('BAD_INPUT', `expected ${what} to be ${expected}, got ${shown}`);
}
