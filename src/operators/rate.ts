import { concat, concatMap, defer, EMPTY, from, type OperatorFunction } from 'rxjs';
import { spanOf } from '../core/duration.ts';
import { accepts } from '../core/optionKinds.ts';
import { OptionSet } from '../core/optionSet.ts';
import type { Reading, Shape, Value } from '../core/reading.ts';
import type { KeySelector, TimeSelector } from '../core/selectors.ts';
import { CounterRate } from '../models/derived/counterRate.ts';
import { RecentKeys } from '../models/derived/recentKeys.ts';
import { SampleReader } from '../models/derived/sampleReader.ts';
import { type ReaderOptions, readerTable } from '../models/readerOptions.ts';
import type { Measured, ValueOf, WithValue } from './measured.ts';
import { problemReporter } from './problemReporter.ts';
import { streamTable } from './streamTable.ts';

/** Options of {@link rate}. */
export interface RateOptions<E, V extends Value> {
  /** The time that rates are per: `'1s'`, `'1m'`, or milliseconds. @default '1s' */
  readonly per?: number | string;
  /** What the counter shows; a number for each of several counters. @default the event itself, or its field `value` */
  readonly value?: (event: E) => V | null | undefined;
  /** The time of an event. @default its field `time` */
  readonly time?: TimeSelector<E>;
  /** The stream that an event belongs to; each has counters of its own. @default its field `key` */
  readonly key?: KeySelector<E>;
  /** Maximum number of streams; beyond that the one idle longest begins anew. @default 10000 */
  readonly maxKeys?: number;
  /**
   * Called for every event that has no rate (no value, no time, a time not after the one before it), and for every reset
   * (`'counterReset'`). @default the first of each kind on the console, and their numbers when the stream ends; or 'silent'
   */
  readonly onProblem?: ReaderOptions<E, V>['onProblem'];
}

type AnyOptions = RateOptions<unknown, Value>;

const rateOptions: OptionSet<AnyOptions, AnyOptions & Required<Pick<AnyOptions, 'per' | 'maxKeys'>>> =
  new OptionSet({
    per: {
      kind: accepts("a time above 0 such as '1s', or milliseconds", (value) => (spanOf(value) ?? 0) > 0),
      default: '1s',
      unit: 'milliseconds',
      about: 'the time that rates are per',
      when: "'1m' for what happens seldom",
      level: 'basic',
    },
    ...streamTable,
    onProblem: readerTable.onProblem,
  });

/**
 * The rates of counters, which only grow but for resets: bytes sent, requests served, energy used. Each reading has what was
 * counted since the one before it in its stream, divided by the time between them; the first has none and is left out. A
 * counter that is smaller than before is taken to have begun anew at 0. A reading whose value is missing comes out
 * `imputed`, with NaN; the next one has the rate over the whole time.
 *
 * @throws RxAnomalyError BAD_OPTION when called with a wrong option
 */
export function rate<E, V extends Value>(
  options: RateOptions<E, V> & WithValue<E, V>,
): OperatorFunction<E, Reading<E, Shape<V>>>;
/** Of events that need no `value` selector: numbers, lists of them, or what has either in its field `value`. */
export function rate<E extends Measured>(
  options?: RateOptions<E, ValueOf<E>>,
): OperatorFunction<E, Reading<E, ValueOf<E>>>;
export function rate<E, V extends Value>(
  options: RateOptions<E, V> = {},
): OperatorFunction<E, Reading<E, V>> {
  const { per, maxKeys } = rateOptions.resolve('rate', options as AnyOptions);
  const unit = spanOf(per) ?? Number.NaN;
  return (source) =>
    defer(() => {
      const { onProblem, finish } = problemReporter<E>('rate', options.onProblem as never);
      const reader = new SampleReader<E>({ ...options, onProblem });
      const streams = new RecentKeys<{ readonly counters: CounterRate[]; time: number }>(
        maxKeys,
        () => ({ counters: [], time: Number.NaN }),
        () => {},
      );
      const read = (event: E): readonly Reading<E, V>[] => {
        const sample = reader.read(event, (key) => streams.peek(key)?.counters.length ?? 0);
        if (sample?.value === undefined) return [];
        const { key, time, value, isScalar } = sample;
        const stream = streams.use(key);
        if (time <= stream.time) {
          const [now, before] = [time, stream.time].map((ms) => new Date(ms).toISOString());
          reader.report(event, key, 'timeBackwards', `expected a time after ${before}, got ${now}`);
          return [];
        }
        stream.time = time;
        const isFirst = !stream.counters.some(({ hasBegun }) => hasBegun);
        const rates = value.map((count, d) => {
          stream.counters[d] ??= new CounterRate();
          const counter = stream.counters[d];
          const step = counter.read(time, count);
          if (step.isReset)
            reader.report(
              event,
              key,
              'counterReset',
              `expected a counter not below the one before, got ${count}`,
              d,
              'counted from 0',
            );
          return step.rate * unit;
        });
        if (isFirst) return [];
        const shaped = (isScalar ? rates[0] : rates) as V;
        return [{ event, time, key, value: shaped, imputed: rates.every(Number.isNaN) }];
      };
      return concat(
        from(source).pipe(concatMap(read)),
        defer(() => {
          finish();
          return EMPTY;
        }),
      );
    });
}
