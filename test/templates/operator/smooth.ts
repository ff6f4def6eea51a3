import { concat, concatMap, defer, EMPTY, from, type OperatorFunction } from 'rxjs';
import { positiveInteger } from '../../../src/core/optionKinds.ts';
import { OptionSet } from '../../../src/core/optionSet.ts';
import type { Reading, Shape, Value } from '../../../src/core/reading.ts';
import type { KeySelector, TimeSelector } from '../../../src/core/selectors.ts';
import { RecentKeys } from '../../../src/models/derived/recentKeys.ts';
import { SampleReader } from '../../../src/models/derived/sampleReader.ts';
import { MovingAverage } from '../../../src/models/evidence/movingAverage.ts';
import { type ReaderOptions, readerTable } from '../../../src/models/readerOptions.ts';
import type { Measured, ValueOf, WithValue } from '../../../src/operators/measured.ts';
import { problemReporter } from '../../../src/operators/problemReporter.ts';
import { streamTable } from '../../../src/operators/streamTable.ts';

/** Options of {@link smooth}. */
export interface SmoothOptions<E, V extends Value> {
  /** Over how many events the average goes, 1 to 100000; the newest counts 1 / events. @default 10 */
  readonly events?: number;
  /** What to smooth: a number, or one for each dimension. @default the event itself, or its field `value` */
  readonly value?: (event: E) => V | null | undefined;
  /** The time of an event. @default its field `time` */
  readonly time?: TimeSelector<E>;
  /** The stream that an event belongs to; each has averages of its own. @default its field `key` */
  readonly key?: KeySelector<E>;
  /** Maximum number of streams; beyond that the one idle longest begins anew. @default 10000 */
  readonly maxKeys?: number;
  /**
   * Called for every event that cannot be read (no value, no time).
   * @default the first of each kind on the console, and their numbers when the stream ends; or 'silent'
   */
  readonly onProblem?: ReaderOptions<E, V>['onProblem'];
}

type AnyOptions = SmoothOptions<unknown, Value>;

const smoothOptions: OptionSet<AnyOptions, AnyOptions & Required<Pick<AnyOptions, 'events' | 'maxKeys'>>> =
  new OptionSet({
    events: {
      kind: positiveInteger(100_000, 'longer averages no longer follow the stream'),
      default: 10,
      unit: 'events',
      about: 'events over which the average goes',
      when: 'more for noisier streams',
      level: 'basic',
    },
    ...streamTable,
    onProblem: readerTable.onProblem,
  });

/**
 * Exponential moving averages of the values of each stream, in the order in which they come. Every event with a readable time has
 * a reading; one whose value is missing comes out `imputed`, with NaN, and the average stays as it is.
 *
 * @throws RxAnomalyError BAD_OPTION when called with a wrong option
 */
export function smooth<E, V extends Value>(
  options: SmoothOptions<E, V> & WithValue<E, V>,
): OperatorFunction<E, Reading<E, Shape<V>>>;
/** Of events that need no `value` selector: numbers, lists of them, or what has either in its field `value`. */
export function smooth<E extends Measured>(
  options?: SmoothOptions<E, ValueOf<E>>,
): OperatorFunction<E, Reading<E, ValueOf<E>>>;
export function smooth<E, V extends Value>(
  options: SmoothOptions<E, V> = {},
): OperatorFunction<E, Reading<E, V>> {
  const { events, maxKeys } = smoothOptions.resolve('smooth', options as AnyOptions); // throws here, not on subscribing
  return (source) =>
    // One state for each subscriber: all of it is made in here.
    defer(() => {
      const { onProblem, finish } = problemReporter<E>('smooth', options.onProblem as never);
      const reader = new SampleReader<E>({ ...options, onProblem });
      const streams = new RecentKeys<MovingAverage[]>(
        maxKeys,
        () => [],
        () => {},
      );
      const read = (event: E): readonly Reading<E, V>[] => {
        const sample = reader.read(event, (key) => streams.peek(key)?.length ?? 0);
        if (sample?.value === undefined) return []; // reported by the reader
        const { key, time, value, isScalar } = sample;
        const averages = streams.use(key);
        const smoothed = value.map((x, d) => {
          averages[d] ??= new MovingAverage(events);
          if (Number.isNaN(x)) return x;
          const average = averages[d].with(x);
          averages[d].learn(x);
          return average;
        });
        const shaped = (isScalar ? smoothed[0] : smoothed) as V;
        return [{ event, time, key, value: shaped, imputed: smoothed.every(Number.isNaN) }];
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
