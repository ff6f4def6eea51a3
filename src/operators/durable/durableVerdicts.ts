import {
  catchError,
  concat,
  concatMap,
  defer,
  filter,
  finalize,
  from,
  fromEvent,
  ignoreElements,
  interval,
  merge,
  NEVER,
  type Observable,
  type ObservableInput,
  of,
  type SchedulerLike,
  Subject,
  takeUntil,
  tap,
  throwError,
} from 'rxjs';
import type { Value } from '../../core/reading.ts';
import type { StopSignal } from '../../core/stopSignal.ts';
import type { DurableEvents } from '../../models/durable/durableEvents.ts';
import type { DurableVerdict } from '../../models/durable/durableState.ts';
import type { Json } from '../../models/snapshot/state.ts';
import { DueTimer } from '../dueTimer.ts';
import type { CheckpointSaver } from './checkpointSaver.ts';
import { inOrder } from './inOrder.ts';

/** Input of {@link durableVerdicts}. */
export interface DurableSource<E, V extends Value, R> {
  /** The events after the detector's position. */
  readonly source: () => ObservableInput<E>;
  /**
   * Called with each event that is processed; the returned function is called for the position after it when a state
   * is taken.
   */
  readonly place: (event: E) => () => Json;
  /**
   * Makes of an event those of its key that are processed in its place; asked in their order. Its own state and that of the
   * detector agree whenever a state is taken. @default the event itself
   */
  readonly derive?: ((event: E) => readonly E[]) | undefined;
  /** As in CheckpointOptions. */
  readonly deliver?: ((verdicts: Observable<DurableVerdict<E, V>>) => Observable<R>) | undefined;
  readonly signal?: StopSignal | undefined;
  readonly onWaiting?: (change: number) => void;
  /**
   * Called before each event: what to wait for so that other work can run; undefined when it need not. @default
   * nothing
   */
  readonly pause?: () => Promise<void> | undefined;
  /**
   * Whether keys that are silent by the clock are looked for; undefined where none are.
   */
  readonly absentBy?: 'clock' | 'time' | undefined;
  /** Milliseconds between two checks whether a state is due. */
  readonly every: number;
  readonly scheduler: SchedulerLike;
}

/**
 * The verdicts of an open detector, whose states are saved while it runs, and when the source ends or fails. Neither
 * detector nor saver is closed: the caller may continue to use them.
 */
export function durableVerdicts<E, V extends Value, R>(
  detector: DurableEvents<E, V>,
  saver: CheckpointSaver,
  options: DurableSource<E, V, R>,
): Observable<DurableVerdict<E, V> | R> {
  const { source, place, derive, deliver, signal, every, scheduler, pause, absentBy } = options;
  const done = new Subject<void>();
  const stop = signal === undefined ? NEVER : signal.aborted ? of(0) : fromEvent(signal, 'abort');

  const found = new Subject<DurableVerdict<E, V>>(); // absences
  const onAbsence = (verdict: DurableVerdict<E, V>): void => {
    saver.detected(1);
    found.next(verdict);
  };
  const detect = (event: E): DurableVerdict<E, V> | undefined => {
    const verdict = saver.process(() => detector.process(event, place(event), onAbsence));
    silence?.timer.arm();
    return verdict;
  };
  const detectAll = (event: E): readonly DurableVerdict<E, V>[] => {
    const verdicts: DurableVerdict<E, V>[] = [];
    const position = place(event);
    saver.process(() => {
      for (const each of derive?.(event) ?? []) {
        const verdict = detector.process(each, position, onAbsence);
        if (verdict !== undefined) verdicts.push(verdict);
      }
      detector.passed(position);
      return undefined;
    });
    saver.detected(verdicts.length);
    silence?.timer.arm();
    return verdicts;
  };
  const silence = absentBy === 'clock' ? watchClock(detector, scheduler, onAbsence) : undefined;
  const onWaiting = (change: number): void => {
    options.onWaiting?.(change);
    silence?.onWaiting(change);
  };
  const wait = (event: E): Promise<void> | undefined => detector.fetch(event) ?? pause?.();
  const read = defer(() => from(source()));
  const all =
    derive === undefined
      ? read.pipe(inOrder(wait, detect, onWaiting))
      : read.pipe(
          inOrder(wait, detectAll, onWaiting),
          concatMap((verdicts) => verdicts),
        );
  const events = all.pipe(
    takeUntil(stop),
    filter((verdict) => verdict !== undefined),
  );
  const verdicts =
    absentBy === undefined ? events : merge(found, events.pipe(tap({ complete: () => found.complete() })));
  const delivered: Observable<DurableVerdict<E, V> | R> =
    deliver === undefined ? verdicts : from(deliver(verdicts));
  const finish = defer(() => saver.finish()).pipe(ignoreElements());
  const results = concat(delivered.pipe(tap(() => saver.delivered())), finish).pipe(
    // What came before the error was delivered and must not come again.
    catchError((error: unknown) =>
      concat(
        finish,
        throwError(() => error),
      ),
    ),
    finalize(() => {
      silence?.timer.stop();
      done.next();
    }),
  );
  const clock = interval(every, scheduler).pipe(
    tap(() => saver.tick()),
    ignoreElements(),
    takeUntil(done),
  );
  return defer(() => {
    silence?.timer.arm(); // for keys that were silent when the state was saved
    return merge(clock, results);
  });
}

/** Milliseconds: who keeps events waiting for longer is not surprised at silence. */
const HELD_UP = 1000;

/** Looks for keys that are silent by the clock, except while events wait. */
function watchClock<E, V extends Value>(
  detector: DurableEvents<E, V>,
  scheduler: SchedulerLike,
  onAbsence: (verdict: DurableVerdict<E, V>) => void,
): { readonly timer: DueTimer; readonly onWaiting: (change: number) => void } {
  let waiting = 0;
  let since = 0; // when the first of them came
  const timer = new DueTimer(scheduler, detector, (now) => {
    if (waiting > 0) detector.excuse(now);
    else for (const verdict of detector.look(now)) onAbsence(verdict);
  });
  return {
    timer,
    onWaiting: (change) => {
      if (waiting === 0) since = scheduler.now();
      waiting += change;
      if (waiting > 0) return;
      const now = scheduler.now();
      if (now - since > HELD_UP) detector.excuse(now);
    },
  };
}

let runs = 0; // of this process

/**
 * A unique id of one run over a stream: the time alone is not unique, because a process may start two within a
 * millisecond.
 *
 * @param now milliseconds since 1970
 */
export function runId(now: number): string {
  return `${now}.${++runs}`;
}
