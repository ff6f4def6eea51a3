import {
  asyncScheduler,
  defer,
  filter,
  finalize,
  ignoreElements,
  isObservable,
  map,
  merge,
  type Observable,
  type OperatorFunction,
  type SchedulerLike,
  Subject,
  takeUntil,
  tap,
} from 'rxjs';
import { badOption, optionChecks } from '../core/options.ts';
import type { Shape, Value, Verdict } from '../core/reading.ts';
import type { Feedback } from '../models/decision/feedback.ts';
import { StreamDetector } from '../models/streamDetector.ts';
import {
  checkStreamDetectorOptions,
  STREAM_DETECTOR_OPTION_NAMES,
  type StreamDetectorOptions,
} from '../models/streamDetectorOptions.ts';
import type { Measured, ValueOf, WithValue } from './measured.ts';

const NAMES = [...STREAM_DETECTOR_OPTION_NAMES.filter((name) => name !== 'clock'), 'scheduler', 'feedback'];

/** Options of {@link detectAnomalies}: of reading, forecasting, scoring, flagging and of keeping streams apart. */
export interface DetectAnomaliesOptions<E, V extends Value>
  extends Omit<StreamDetectorOptions<E, V>, 'clock'> {
  /** The clock of `idleTimeout` for events without times. @default asyncScheduler */
  readonly scheduler?: SchedulerLike;
  /** What people say of what was found, as it comes; see {@link StreamDetector.takeFeedback}. @default none */
  readonly feedback?: Observable<Feedback>;
}

/**
 * Forecast, score, flag and learn in one: a verdict for every event, in order, with learning gated by the verdict.
 * With `key` each stream has a model of its own, and a bounded number of them is alive.
 *
 * ```ts
 * readings$.pipe(detectAnomalies({ key: (r) => r.sensorId, value: (r) => [r.temp, r.rpm], time: (r) => r.at }))
 * ```
 *
 * @throws RxAnomalyError BAD_OPTION when called with a wrong option
 */
export function detectAnomalies<E, V extends Value>(
  options: DetectAnomaliesOptions<E, V> & WithValue<E, V>,
): OperatorFunction<E, Verdict<E, Shape<V>>>;
/** Of events that need no `value` selector: numbers, lists of them, or what has either in its field `value`. */
export function detectAnomalies<E extends Measured>(
  options?: DetectAnomaliesOptions<E, ValueOf<E>>,
): OperatorFunction<E, Verdict<E, ValueOf<E>>>;
export function detectAnomalies<E, V extends Value>(
  options: DetectAnomaliesOptions<E, V> = {},
): OperatorFunction<E, Verdict<E, V>> {
  optionChecks('detectAnomalies').known(options, NAMES);
  const { scheduler = asyncScheduler, feedback, ...detector } = options;
  if (feedback !== undefined && !isObservable(feedback))
    throw badOption('detectAnomalies', 'feedback', 'an Observable', feedback);
  if (typeof scheduler?.now !== 'function') {
    throw badOption('detectAnomalies', 'scheduler', 'a scheduler', scheduler);
  }
  checkStreamDetectorOptions('detectAnomalies', detector);
  return (source) =>
    defer(() => {
      const streams = new StreamDetector<E, V>(
        { clock: () => scheduler.now(), ...detector },
        'detectAnomalies',
      );
      const detected = source.pipe(map((event) => streams.process(event)));
      const applied = feedback?.pipe(
        tap((each) => streams.takeFeedback(each)),
        ignoreElements(),
      );
      return (applied === undefined ? detected : during(detected, applied)).pipe(
        filter((verdict) => verdict !== undefined),
        finalize(() => streams.dispose()),
      );
    });
}

/** Both, until the first has completed. */
function during<T>(source: Observable<T>, companion: Observable<never>): Observable<T> {
  return defer(() => {
    const ended = new Subject<void>();
    return merge(companion.pipe(takeUntil(ended)), source.pipe(tap({ complete: () => ended.next() })));
  });
}
