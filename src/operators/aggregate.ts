import {
  asyncScheduler,
  concat,
  concatMap,
  defer,
  EMPTY,
  finalize,
  from,
  merge,
  type OperatorFunction,
  type SchedulerLike,
  Subject,
} from 'rxjs';
import { spanOf } from '../core/duration.ts';
import { accepts, aScheduler, nonNegativeInteger } from '../core/optionKinds.ts';
import { OptionSet } from '../core/optionSet.ts';
import { badOption } from '../core/options.ts';
import type { Reading, Shape, Value } from '../core/reading.ts';
import type { KeySelector, TimeSelector } from '../core/selectors.ts';
import { RecentKeys } from '../models/derived/recentKeys.ts';
import { SampleReader } from '../models/derived/sampleReader.ts';
import { type Statistic, statistics } from '../models/derived/statistics.ts';
import { type ClosedWindow, Windows } from '../models/derived/windows.ts';
import { type ReaderOptions, readerTable } from '../models/readerOptions.ts';
import { ClosingClock } from './closingClock.ts';
import type { Measured, ValueOf, WithValue } from './measured.ts';
import { problemReporter } from './problemReporter.ts';
import { streamTable } from './streamTable.ts';

/** Options of {@link aggregate}. */
export interface AggregateOptions<E, V extends Value, S extends Statistic | readonly Statistic[]> {
  /** The length of a window: `'1m'`, or milliseconds. Windows begin at multiples of it since 1970-01-01T00:00:00Z. */
  readonly every: number | string;
  /**
   * One statistic, or a list of several: `count` of events, `sum`, `mean`, `min`, `max`, `last`, `std`, and percentiles such
   * as `p95`. A list makes a value of several dimensions: every statistic of every dimension, but one `count`.
   */
  readonly by: S;
  /**
   * How long after its end a window is closed by the clock, where no later event of its stream has come: `'2s'`, or
   * milliseconds. For live streams whose times are those of the clock; a stream that is silent then has windows without
   * events, on and on. @default it is closed by the first event after it
   */
  readonly closeAfter?: number | string;
  /** The most windows without events that are inserted between two others; a longer time is an outage. @default 1000 */
  readonly maxFill?: number;
  /** The number, or one number per dimension, of an event. @default the event itself, or its field `value` */
  readonly value?: (event: E) => V | null | undefined;
  /** The time of an event. @default its field `time` */
  readonly time?: TimeSelector<E>;
  /** The stream that an event belongs to; each has windows of its own. @default its field `key` */
  readonly key?: KeySelector<E>;
  /** Maximum number of streams; beyond that the one idle longest is dropped, its open window with it. @default 10000 */
  readonly maxKeys?: number;
  /**
   * Called for every event that is left out: without a time, or of a window that has ended; and for values that are missing.
   * @default the first of each kind on the console, and their numbers when the stream ends; or 'silent'
   */
  readonly onProblem?: ReaderOptions<E, V>['onProblem'];
  /** Clock and timers of `closeAfter`. @default RxJS's asyncScheduler */
  readonly scheduler?: SchedulerLike;
}

/** What {@link aggregate} makes of values of one shape. */
export type Aggregated<V extends Value, S> = S extends readonly Statistic[]
  ? readonly number[]
  : S extends 'count'
    ? number
    : Shape<V>;

type AnyOptions = AggregateOptions<unknown, Value, Statistic | readonly Statistic[]>;

const aggregateOptions: OptionSet<
  AnyOptions,
  AnyOptions & Required<Pick<AnyOptions, 'maxFill' | 'maxKeys'>>
> = new OptionSet(
  {
    every: {
      kind: accepts("a time of 1 millisecond or more such as '1m'", (value) => (spanOf(value) ?? 0) >= 1),
      required: true,
      unit: 'milliseconds',
      about: 'the length of a window',
      when: 'always given',
      level: 'basic',
    },
    by: {
      kind: statistics,
      required: true,
      about: 'what is made of the events in a window',
      when: 'always given',
      level: 'basic',
    },
    closeAfter: {
      kind: accepts("a time such as '2s', or milliseconds, 0 or more", (value) => (spanOf(value) ?? -1) >= 0),
      defaultText: 'none',
      unit: 'milliseconds',
      about: 'how long after its end a window is closed by the clock',
      when: 'in live streams that may be silent, as for counts of events',
    },
    maxFill: {
      kind: nonNegativeInteger(1_000_000, 'all of them come at once'),
      default: 1000,
      unit: 'windows',
      about: 'windows without events that are inserted at a time at most',
      when: 'more where nothing happens for long',
    },
    ...streamTable,
    onProblem: readerTable.onProblem,
    scheduler: {
      kind: aScheduler,
      defaultText: "RxJS's asyncScheduler",
      about: 'clock and timers of closeAfter',
      when: 'in tests with virtual time',
    },
  },
  (where, checked, { by, value, scheduler, closeAfter }) => {
    if (value !== undefined && (by === 'count' || (Array.isArray(by) && by.join() === 'count')))
      throw badOption(
        where,
        'value',
        "left out with by: 'count', which counts events with or without one",
        value,
      );
    if (scheduler !== undefined && closeAfter === undefined)
      throw badOption(
        where,
        'scheduler',
        'left out without closeAfter, as nothing else asks a clock',
        scheduler,
      );
    return checked;
  },
);

/**
 * One reading for each window of time: a minute's 95th percentile, an hour's sum, how many events came. The reading has the
 * window's beginning as its time, and its last event; `imputed` where nothing could be computed. Windows without events
 * between two others come as well: their count and sum are 0, all else is NaN. A window that has not ended when the stream
 * completes is incomplete and left out. To count events by type, make the type the `key`.
 *
 * @throws RxAnomalyError BAD_OPTION when called with a wrong option
 */
export function aggregate<E, V extends Value, const S extends Statistic | readonly Statistic[]>(
  options: AggregateOptions<E, V, S> & WithValue<E, V>,
): OperatorFunction<E, Reading<E | undefined, Aggregated<V, S>>>;
/** How many events there are, whatever they hold. */
export function aggregate<E>(
  options: AggregateOptions<E, number, 'count'>,
): OperatorFunction<E, Reading<E | undefined, number>>;
/** Of events that need no `value` selector: numbers, lists of them, or what has either in its field `value`. */
export function aggregate<E extends Measured, const S extends Statistic | readonly Statistic[]>(
  options: AggregateOptions<E, ValueOf<E>, S>,
): OperatorFunction<E, Reading<E | undefined, Aggregated<ValueOf<E>, S>>>;
export function aggregate<E, V extends Value>(
  options: AggregateOptions<E, V, Statistic | readonly Statistic[]>,
): OperatorFunction<E, Reading<E | undefined, Value>> {
  const { maxKeys, ...checked } = aggregateOptions.resolve('aggregate', options as AnyOptions);
  const by = typeof checked.by === 'string' ? [checked.by] : checked.by;
  const plan = { every: spanOf(checked.every) ?? Number.NaN, by, maxFill: checked.maxFill };
  const closeAfter = spanOf(checked.closeAfter);
  const needsValue = by.some((name) => name !== 'count');
  const isNumber = (isScalar: boolean): boolean =>
    typeof checked.by === 'string' && (isScalar || checked.by === 'count');
  const { scheduler = asyncScheduler } = options;

  return (source) =>
    defer(() => {
      const { onProblem, finish } = problemReporter<E>('aggregate', options.onProblem as never);
      const read = needsValue ? options : { ...options, value: () => 1 };
      const reader = new SampleReader<E>({ ...(read as object), onProblem });
      let newest: E | undefined;
      const streams = new RecentKeys(
        maxKeys,
        () => ({ windows: new Windows<E>(plan), dimensions: 0, isScalar: true }),
        (key, { windows }) =>
          reader.report(
            newest as E,
            key,
            'evictedEarly',
            `more than ${maxKeys} streams; a window of ${windows.events} events had not ended`,
          ),
      );
      type Stream = ReturnType<typeof streams.use>;
      const readings = (
        key: string | undefined,
        { isScalar }: Stream,
        ended: readonly ClosedWindow<E>[],
      ): Reading<E | undefined, Value>[] =>
        ended.map(({ start, values, last }) => ({
          ...{ event: last, time: start, key },
          value: isNumber(isScalar) ? (values[0] ?? Number.NaN) : values,
          imputed: values.every(Number.isNaN),
        }));
      const closed = new Subject<Reading<E | undefined, Value>>();
      const clock =
        closeAfter === undefined
          ? undefined
          : new ClosingClock(scheduler, closeAfter, streams, (key, stream, time) => {
              for (const each of readings(key, stream, stream.windows.advance(time))) closed.next(each);
            });
      const add = (event: E): readonly Reading<E | undefined, Value>[] => {
        newest = event;
        const sample = reader.read(event, (key) => streams.peek(key)?.dimensions ?? 0);
        if (sample === undefined) return [];
        const { key, time, value, isScalar } = sample;
        const known = streams.peek(key);
        // Nothing tells how many dimensions the statistics of a stream without a value would have.
        if (needsValue && value === undefined && (known?.dimensions ?? 0) === 0) return [];
        if (known?.windows.isLate(time)) {
          const [now, start] = [time, known.windows.end - plan.every].map((ms) => new Date(ms).toISOString());
          reader.report(event, key, 'timeBackwards', `expected a time not before ${start}, got ${now}`);
          return [];
        }
        const stream = streams.use(key);
        if (stream.dimensions === 0 && value !== undefined)
          Object.assign(stream, { dimensions: value.length, isScalar });
        const ended = readings(key, stream, stream.windows.add(time, value, event));
        clock?.added(stream.windows.end);
        return ended;
      };
      const end = defer(() => {
        finish();
        clock?.stop();
        closed.complete();
        return EMPTY;
      });
      const all = concat(from(source).pipe(concatMap(add)), end);
      return clock === undefined ? all : merge(closed, all).pipe(finalize(() => clock.stop()));
    });
}
