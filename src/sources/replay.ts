import {
  asyncScheduler,
  defer,
  delayWhen,
  finalize,
  map,
  type Observable,
  of,
  repeat,
  type SchedulerLike,
  takeWhile,
  timer,
} from 'rxjs';
import { accepts, aFunction, aScheduler, LONGEST_TIMER } from '../core/optionKinds.ts';
import { OptionSet } from '../core/optionSet.ts';
import { defaultTime, type TimeSelector } from '../core/selectors.ts';
import { TimeReader } from '../core/timeReader.ts';

/** Options of {@link replay}. */
export interface ReplayOptions<E> {
  /** How many times faster than recorded, above 0; Infinity: as fast as it is consumed. @default 1 */
  readonly speed?: number;
  /** The time of an event. @default its field `time` */
  readonly time?: TimeSelector<E>;
  /** The clock; a virtual one in tests. @default asyncScheduler */
  readonly scheduler?: SchedulerLike;
}

type AnyOptions = ReplayOptions<unknown>;

const replayOptions: OptionSet<AnyOptions, AnyOptions & Required<Pick<AnyOptions, 'speed' | 'scheduler'>>> =
  new OptionSet({
    speed: {
      kind: accepts('a positive number or Infinity', (value) => typeof value === 'number' && value > 0),
      default: 1,
      about: 'how many times faster than it happened',
      when: 'Infinity for as fast as it is consumed',
    },
    time: { kind: aFunction, about: 'the time of an event', when: 'where events hold their time elsewhere' },
    scheduler: {
      kind: aScheduler,
      default: asyncScheduler,
      about: 'the clock',
      when: 'a virtual one in tests',
    },
  });

/**
 * A recorded stream on a clock that runs `speed` times as fast: events come with the intervals of their times. Each
 * is due by the time since the first one, so that delays do not add up. Events are pulled one by one, never read
 * ahead; one without a readable time, or earlier than the one before, comes at once. Each subscription starts over;
 * unsubscribing ends a wait at once and closes the iterator.
 *
 * @param events an array, a generator, or the `rows()` of an open table
 * @throws RxAnomalyError BAD_OPTION when called with a wrong option
 */
export function replay<E>(
  events: Iterable<E> | AsyncIterable<E>,
  options: ReplayOptions<E> = {},
): Observable<E> {
  const { speed, scheduler } = replayOptions.resolve('replay', options as AnyOptions);
  const { time = defaultTime } = options;
  return defer(() => {
    const iterator = pull(events);
    const times = new TimeReader();
    let offset: number | undefined; // of the clock against event time

    const due = (event: E): Observable<unknown> => {
      const at = times.read(time(event)) / speed;
      if (Number.isNaN(at)) return NOW;
      offset ??= scheduler.now() - at;
      const wait = at + offset - scheduler.now();
      return wait < TICK ? NOW : timer(Math.min(wait, LONGEST_TIMER), scheduler);
    };

    return defer(() => iterator.next()).pipe(
      delayWhen(({ done, value }) => (done ? NOW : due(value))),
      repeat(),
      takeWhile((result) => !result.done),
      map(({ value }) => value),
      finalize(() => {
        iterator.return().catch(() => {}); // nobody listens any more
      }),
    );
  });
}

/** Resolution of timers, in milliseconds: what is due sooner comes now. */
const TICK = 1;
const NOW = of(undefined);

async function* pull<E>(events: Iterable<E> | AsyncIterable<E>): AsyncGenerator<E, void, void> {
  for await (const event of events) yield event;
}
