import {
  asyncScheduler,
  defer,
  finalize,
  firstValueFrom,
  from,
  merge,
  type Observable,
  type SchedulerLike,
  Subject,
  timer,
} from 'rxjs';
import { badOption, optionChecks } from '../core/options.ts';
import { defaultTime, type TimeSelector, toMilliseconds } from '../core/selectors.ts';

export interface ReplayOptions<E> {
  /** How many times faster than it happened, above 0; Infinity: as fast as it is consumed. @default 1 */
  readonly speed?: number;
  /** The time of an event. @default its field `time` */
  readonly time?: TimeSelector<E>;
  /** The clock; a virtual one in tests. @default asyncScheduler */
  readonly scheduler?: SchedulerLike;
}

/**
 * A recorded stream as it happened, on a clock that runs `speed` times as fast: events come as far apart as their times
 * say. Each is due by the time since the first one, so that delays do not add up. Events are pulled one by one, never
 * read ahead; one without a readable time, or that is earlier than the one before, comes at once. Each subscription
 * starts over; unsubscribing ends a wait at once.
 *
 * @param events an array, a generator, or the `rows()` of an open table
 * @throws RxAnomalyError BAD_OPTION when called with a wrong option
 */
export function replay<E>(
  events: Iterable<E> | AsyncIterable<E>,
  options: ReplayOptions<E> = {},
): Observable<E> {
  const check = optionChecks('replay');
  check.known(options, ['speed', 'time', 'scheduler']);
  check.optionalFunction('time', options.time);
  const { speed = 1, time = defaultTime, scheduler = asyncScheduler } = options;
  if (!(speed > 0)) throw badOption('replay', 'speed', 'a positive number or Infinity', speed);
  return defer(() => {
    const stop$ = new Subject<void>();
    return from(paced(events, (event) => toMilliseconds(time(event)) / speed, scheduler, stop$)).pipe(
      finalize(() => stop$.next()),
    );
  });
}

/** Timers are no finer than that, in milliseconds: what is due sooner comes now. */
const TICK = 1;

async function* paced<E>(
  events: Iterable<E> | AsyncIterable<E>,
  timeOf: (event: E) => number,
  scheduler: SchedulerLike,
  stop$: Observable<void>,
): AsyncGenerator<E, void, undefined> {
  let offset: number | undefined; // of the clock against event time
  let stopped = false;
  stop$.subscribe(() => {
    stopped = true;
  });
  for await (const event of events) {
    const time = timeOf(event);
    if (Number.isFinite(time)) {
      offset ??= scheduler.now() - time;
      const wait = time + offset - scheduler.now();
      if (wait >= TICK) await firstValueFrom(merge(timer(wait, scheduler), stop$));
    }
    if (stopped) return;
    yield event;
  }
}
