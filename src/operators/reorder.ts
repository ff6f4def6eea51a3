import { concat, concatMap, defer, from, type OperatorFunction } from 'rxjs';
import { aFunction, nonNegative, positiveInteger } from '../core/optionKinds.ts';
import { OptionSet } from '../core/optionSet.ts';
import { defaultTime, type TimeSelector } from '../core/selectors.ts';
import { TimeReader } from '../core/timeReader.ts';
import { readerTable } from '../models/readerOptions.ts';

/** An event that came after its position in the order had been passed. */
export interface LateEvent<E> {
  readonly event: E;
  /** Its event time, milliseconds; NaN when it cannot be read. */
  readonly time: number;
  /** Milliseconds that it came too late: how far behind the newest event already let through; NaN as `time` is. */
  readonly lateness: number;
  /** Late events so far, this one included. */
  readonly count: number;
}

/** Options of {@link reorder}. */
export interface ReorderOptions<E> {
  /** How late an event may come, milliseconds of event time. */
  readonly allowedLateness: number;
  /** Called with every event that is later than that; it is left out of the stream, therefore this is required. */
  readonly onLate: (late: LateEvent<E>) => void;
  /** The time of an event. @default its field `time` */
  readonly time?: TimeSelector<E>;
  /** Maximum number of events that are held; beyond that the oldest is emitted early. @default 100000 */
  readonly maxBuffer?: number;
}

type AnyOptions = ReorderOptions<unknown>;

const reorderOptions: OptionSet<AnyOptions, AnyOptions & Required<Pick<AnyOptions, 'maxBuffer'>>> =
  new OptionSet({
    allowedLateness: {
      kind: nonNegative(),
      required: true,
      unit: 'milliseconds',
      about: 'event time by which an event may be overtaken',
      when: 'always given',
    },
    onLate: {
      kind: aFunction,
      required: true,
      about: 'called with every event that comes later than that',
      when: 'always given',
    },
    time: readerTable.time,
    maxBuffer: {
      kind: positiveInteger(10_000_000, 'all of them are kept'),
      default: 100_000,
      unit: 'events',
      about: 'events that are held back at most',
      when: 'more for many events within the allowed lateness',
    },
  });

/**
 * Puts events in order of event time: each is held until one comes that is `allowedLateness` newer, like a watermark
 * (Akidau et al. 2015). Equal times keep their order of arrival. Later events, and those without a readable time, go
 * to `onLate`, counted. The rest comes out when the source completes.
 *
 * @throws RxAnomalyError BAD_OPTION when called with a wrong option
 */
export function reorder<E>(options: ReorderOptions<E>): OperatorFunction<E, E> {
  const { allowedLateness, maxBuffer } = reorderOptions.resolve('reorder', options as AnyOptions);
  const { onLate, time: selectTime = defaultTime } = options;

  return (source) =>
    defer(() => {
      const held: { readonly time: number; readonly event: E }[] = []; // by time, then by arrival
      let newest = -Infinity;
      let passed = -Infinity; // time of the newest event let through
      let late = 0;
      const times = new TimeReader();

      const admit = (event: E): E[] => {
        const time = times.read(selectTime(event));
        if (!(time >= passed)) {
          onLate({ event, time, lateness: passed - time, count: ++late });
          return [];
        }
        held.splice(placeAfter(held, time), 0, { time, event });
        newest = Math.max(newest, time);
        let due = 0;
        while (
          due < held.length &&
          (held[due].time <= newest - allowedLateness || held.length - due > maxBuffer)
        )
          due++;
        const released = held.splice(0, due);
        passed = released.at(-1)?.time ?? passed;
        return released.map(({ event }) => event);
      };

      return concat(
        from(source).pipe(concatMap(admit)),
        defer(() => held.splice(0).map(({ event }) => event)),
      );
    });
}

/** Index of an event of this time: behind all that are not newer. */
function placeAfter(held: readonly { readonly time: number }[], time: number): number {
  let low = 0;
  let high = held.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (held[middle].time <= time) low = middle + 1;
    else high = middle;
  }
  return low;
}
