import { concatMap, defer, from, type OperatorFunction } from 'rxjs';
import { RxAnomalyError } from '../core/errors.ts';
import { aFunction, oneOf, positive, positiveInteger } from '../core/optionKinds.ts';
import { OptionSet } from '../core/optionSet.ts';
import { show } from '../core/options.ts';
import { type Reading, type Shape, shapeLike, toVector, type Value } from '../core/reading.ts';
import {
  defaultTime,
  defaultValue,
  isRecord,
  type KeySelector,
  keyOf,
  type TimeSelector,
} from '../core/selectors.ts';
import { TimeReader } from '../core/timeReader.ts';
import type { Measured, ValueOf, WithValue } from './measured.ts';
import { streamTable } from './streamTable.ts';

/**
 * How a gap is filled: not at all (the detector imputes its forecast), with the last value, with a straight line, or
 * an error.
 */
export type GapPolicy = GapFill | 'error';

/** A gap that was found. */
export interface Gap {
  readonly key: string | undefined;
  /** Event time of the last reading before it, milliseconds. */
  readonly from: number;
  /** Event time of the first reading after it, milliseconds. */
  readonly to: number;
  /** Missing readings, by the cadence. */
  readonly missing: number;
  /** Readings that were inserted: all of them, or none when there are more than `maxFill`. */
  readonly filled: number;
}

/** Options of {@link fillGaps}. */
export interface FillGapsOptions<E, V extends Value> {
  /** Milliseconds from one reading to the next; an interval of one and a half times that or more is a gap. */
  readonly cadence: number;
  /** @default 'missing' */
  readonly policy?: GapPolicy;
  /** The longest gap that is filled, in readings; a longer one is an outage, not a gap. @default 1000 */
  readonly maxFill?: number;
  /** Called with every gap, filled or not. */
  readonly onGap?: (gap: Gap) => void;
  /** The number, or one number per dimension, of an event. @default the event itself, or its field `value` */
  readonly value?: (event: E) => V | null | undefined;
  /** The time of an event. @default its field `time` */
  readonly time?: TimeSelector<E>;
  /** The stream that an event belongs to; gaps are found per stream. @default its field `key` */
  readonly key?: KeySelector<E>;
  /** Maximum number of streams; beyond that the one idle longest is dropped. @default 10000 */
  readonly maxKeys?: number;
}

const POLICIES: readonly GapPolicy[] = ['missing', 'hold', 'linear', 'error'];

type AnyOptions = FillGapsOptions<unknown, Value>;
type ResolvedGaps = AnyOptions & Required<Pick<AnyOptions, 'policy' | 'maxFill' | 'maxKeys'>>;

const fillGapsOptions: OptionSet<AnyOptions, ResolvedGaps> = new OptionSet({
  cadence: {
    kind: positive(),
    required: true,
    unit: 'milliseconds',
    about: 'time from one reading to the next',
    when: 'always given',
  },
  policy: {
    kind: oneOf(POLICIES),
    default: 'missing',
    about: 'what is put in a gap',
    when: "'hold' or 'linear' for what is not detected in, 'error' where there must be none",
  },
  maxFill: {
    kind: positiveInteger(1_000_000, 'all of them come at once'),
    default: 1000,
    unit: 'readings',
    about: 'the longest gap that is filled',
    when: 'more where gaps are longer',
  },
  onGap: { kind: aFunction, about: 'called for every gap, filled or not', when: 'to log or count gaps' },
  ...streamTable,
});

/**
 * Inserts readings marked `imputed` where a stream of known cadence has none, so that lags and seasons stay aligned.
 * Events come out as readings, for which `detectAnomalies()` needs no selectors; the imputed ones have no `event`. An
 * event without a readable time, or a late one, passes unchanged.
 *
 * @throws RxAnomalyError BAD_OPTION when called with a wrong option; BAD_DATA on the error channel for a gap under
 *   the policy 'error'
 */
export function fillGaps<E, V extends Value>(
  options: FillGapsOptions<E, V> & WithValue<E, V>,
): OperatorFunction<E, Reading<E | undefined, Shape<V>>>;
/** Of events that need no `value` selector: numbers, lists of them, or what has either in its field `value`. */
export function fillGaps<E extends Measured>(
  options: FillGapsOptions<E, ValueOf<E>>,
): OperatorFunction<E, Reading<E | undefined, ValueOf<E>>>;
export function fillGaps<E, V extends Value>(
  options: FillGapsOptions<E, V>,
): OperatorFunction<E, Reading<E | undefined, V>> {
  const { cadence, policy, maxFill, maxKeys } = fillGapsOptions.resolve('fillGaps', options as AnyOptions);
  return (source) =>
    defer(() => {
      const read = reader(options);
      const last = new Map<string | undefined, Timed<E | undefined, V>>(); // least recently seen first

      return from(source).pipe(
        concatMap((event) => {
          const reading = read(event);
          if (!isTimed(reading)) return [reading];
          const { key, time } = reading;
          const before = last.get(key);
          if (before !== undefined && time < before.time) return [reading];
          last.delete(key);
          last.set(key, reading);
          if (last.size > maxKeys) last.delete(last.keys().next().value);

          const missing = before === undefined ? 0 : Math.round((time - before.time) / cadence) - 1;
          if (before === undefined || missing < 1) return [reading];
          if (policy === 'error') {
            const [from, to] = [before.time, time].map((ms) => new Date(ms).toISOString());
            throw new RxAnomalyError(
              'BAD_DATA',
              `fillGaps: ${missing} readings${key === undefined ? '' : ` of ${show(key)}`} are missing between ${from} and ${to}`,
            );
          }
          const filled = missing > maxFill ? 0 : missing;
          options.onGap?.({ key, from: before.time, to: time, missing, filled });
          return [
            ...Array.from({ length: filled }, (_, n) =>
              readingBetween(before, reading, (n + 1) / (missing + 1), policy),
            ),
            reading,
          ];
        }),
      );
    });
}

function isTimed<E, V extends Value>(reading: Reading<E, V>): reading is Timed<E, V> {
  return reading.time !== undefined;
}

function reader<E, V extends Value>(options: FillGapsOptions<E, V>): (event: E) => Reading<E | undefined, V> {
  const { value = defaultValue, time = defaultTime, key: selectKey } = options;
  const key = keyOf(selectKey);
  const times = new TimeReader();
  return (event) => {
    const milliseconds = times.read(time(event));
    return {
      event,
      time: Number.isNaN(milliseconds) ? undefined : milliseconds,
      key: key(event),
      value: value(event) as V, // the detector handles whatever it is
      imputed: isRecord(event) && event.imputed === true,
    };
  };
}

/** How a gap is filled: not at all, with the last value, or with a straight line to the next. */
export type GapFill = 'missing' | 'hold' | 'linear';

/** A reading that has a time. */
export type Timed<E, V extends Value> = Reading<E, V> & { readonly time: number };

/**
 * The value inserted between two readings.
 *
 * @param share position from one to the other, 0 … 1
 */
export function readingBetween<E, V extends Value>(
  before: Timed<E, V>,
  after: Timed<E, V>,
  share: number,
  fill: GapFill,
): Reading<undefined, V> {
  return {
    event: undefined,
    time: before.time + share * (after.time - before.time),
    key: before.key,
    value: valueBetween(before.value, after.value, share, fill),
    imputed: true,
  };
}

function valueBetween<V extends Value>(before: V, after: V, share: number, fill: GapFill): V {
  if (!isValue(before)) return before; // no value to start from: the detector handles it as it handled that one
  const to = isValue(after) ? toVector(after) : [];
  const filled = Array.from(toVector(before), (start, d) => {
    if (fill === 'hold') return start;
    return fill === 'linear' && isNumber(start) && isNumber(to[d])
      ? start + share * (to[d] - start)
      : Number.NaN;
  });
  return shapeLike(before, filled);
}

// The types promise it; the data may not.
function isNumber(part: unknown): boolean {
  return typeof part === 'number';
}

function isValue(value: unknown): boolean {
  return isNumber(value) || Array.isArray(value) || ArrayBuffer.isView(value);
}
