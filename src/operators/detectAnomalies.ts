import {
  asyncScheduler,
  defer,
  filter,
  finalize,
  from,
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
import { accepts, aScheduler } from '../core/optionKinds.ts';
import { type DefaultedSpec, OptionSet, type OptionTable } from '../core/optionSet.ts';
import { badOption } from '../core/options.ts';
import type { Shape, Value, Verdict } from '../core/reading.ts';
import { isRecord } from '../core/selectors.ts';
import { type AbsenceOptions, absentAfterSpec, absentBySpec } from '../models/decision/absenceWatch.ts';
import type { Feedback } from '../models/decision/feedback.ts';
import { StreamDetector } from '../models/streamDetector.ts';
import {
  PRETRAINED_ELSEWHERE,
  type ResolvedStreamDetector,
  resolveStreamDetector,
  type StreamDetectorOptions,
  streamDetectorOptions,
  streamDetectorTable,
  withCallbacks,
} from '../models/streamDetectorOptions.ts';
import { warmUpTable } from '../models/warmUp.ts';
import { type AbsencePlan, withAbsences } from './absences.ts';
import type { Measured, ValueOf, WithValue } from './measured.ts';
import { problemReporter } from './problemReporter.ts';

/** Options of {@link detectAnomalies}: of reading, forecasting, scoring, flagging and of keeping streams apart. */
export interface DetectAnomaliesOptions<E, V extends Value>
  extends Omit<StreamDetectorOptions<E, V>, 'clock'>,
    AbsenceOptions {
  /** The clock of `absentAfter`, and of `idleTimeout` for events without times. @default asyncScheduler */
  readonly scheduler?: SchedulerLike;
  /** Feedback of people on what was found, as it comes; see {@link StreamDetector.takeFeedback}. @default none */
  readonly feedback?: Observable<Feedback>;
  /**
   * Events that are learnt before the first one of the source, without verdicts: an array, oldest first. Each subscription
   * learns them. See {@link StreamDetector.warmUp}.
   * @default none
   */
  readonly history?: Iterable<E>;
  /** How often `history` is read, see {@link WarmUpOptions}; 1 … 100. @default 1 */
  readonly passes?: number;
}

type AnyOptions = DetectAnomaliesOptions<unknown, Value>;

const { clock, ...detectorTable } = streamDetectorTable;

/** The option of whoever has a clock. */
export const schedulerSpec: DefaultedSpec<SchedulerLike> = {
  kind: aScheduler,
  default: asyncScheduler,
  defaultText: 'asyncScheduler',
  about: 'the clock',
  when: 'a virtual one in tests',
};

/** The table of all options of {@link detectAnomalies}. */
export const detectAnomaliesTable: OptionTable<
  AnyOptions,
  AnyOptions & Required<Pick<AnyOptions, 'scheduler' | 'absentBy' | 'passes'>>
> = {
  ...detectorTable,
  absentAfter: absentAfterSpec,
  absentBy: absentBySpec,
  feedback: {
    kind: accepts('an Observable', isAnyObservable),
    defaultText: 'none',
    about: "people's feedback on incidents, as it comes",
    when: 'to mark what is normal, and what was missed',
    level: 'basic',
  },
  history: {
    kind: accepts('an array of events, or an iterable that can be read again', isReadAgain),
    defaultText: 'none',
    about: 'events that are learnt before the first one of the source',
    when: 'where there are records of the time before, so that the first verdicts are as good as later ones',
    level: 'basic',
  },
  passes: {
    ...warmUpTable.passes,
    about: 'how often history is read; only the last pass teaches more than the forecasters',
  },
  scheduler: {
    ...schedulerSpec,
    about: 'the clock of absentAfter, and of idleTimeout for events without times',
  },
};

const detectAnomaliesOptions: OptionSet<
  AnyOptions,
  AnyOptions & Required<Pick<AnyOptions, 'scheduler' | 'absentBy' | 'passes'>>,
  {
    readonly detector: ResolvedStreamDetector<unknown, Value>;
    readonly feedback: Observable<Feedback> | undefined;
    /** Undefined where nobody looks for absences. */
    readonly absences: AbsencePlan | undefined;
    readonly scheduler: SchedulerLike;
    readonly history: Iterable<unknown> | undefined;
    readonly passes: number;
  }
> = new OptionSet(
  detectAnomaliesTable,
  (where, checked, given) => {
    const { scheduler, feedback, absentAfter, absentBy, history, passes } = checked;
    if (history === undefined && given.passes !== undefined)
      throw badOption(where, 'passes', 'left out where there is no history', given.passes);
    const detector = resolveStreamDetector(where, {
      ...streamDetectorOptions.pick(given),
      clock: () => scheduler.now(),
    });
    const { maxKeys } = detector;
    const absences = absentAfter === undefined ? undefined : { absentAfter, absentBy, maxKeys };
    return { detector, feedback, absences, scheduler, history, passes };
  },
  PRETRAINED_ELSEWHERE,
);

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
  return detection<E, V>('detectAnomalies', options);
}

/** The operator of that name. @throws RxAnomalyError BAD_OPTION */
export function detection<E, V extends Value>(
  where: string,
  options: DetectAnomaliesOptions<E, V>,
): OperatorFunction<E, Verdict<E, V>> {
  const resolved = detectAnomaliesOptions.resolve(where, options as AnyOptions);
  const { feedback, absences, scheduler, passes } = resolved;
  const history = resolved.history as Iterable<E> | undefined;
  const detector = resolved.detector as ResolvedStreamDetector<E, V>;
  return (source) =>
    defer(() => {
      const { onProblem, finish } = problemReporter(where, detector.reader.onProblem);
      const reader = { ...detector.reader, onProblem };
      const streams = new StreamDetector<E, V>(withCallbacks(detector, { reader }), where);
      if (history !== undefined) streams.warmUp(history, { passes });
      const detected = from(source).pipe(map((event) => streams.process(event)));
      const applied =
        feedback &&
        from(feedback).pipe(
          tap((each) => streams.takeFeedback(each)),
          ignoreElements(),
        );
      const verdicts = (applied === undefined ? detected : during(detected, applied)).pipe(
        filter((verdict) => verdict !== undefined),
      );
      return (
        absences === undefined ? verdicts : verdicts.pipe(withAbsences<E, V>(absences, scheduler))
      ).pipe(
        finalize(() => {
          finish();
          streams.dispose();
        }),
      );
    });
}

/** One of this copy of RxJS, or of another. */
function isAnyObservable(value: unknown): boolean {
  const { observable = '@@observable' } = Symbol as { readonly observable?: symbol };
  return isObservable(value) || (isRecord(value) && typeof value[observable as string] === 'function');
}

/** Not what can be read only once: the second subscription would find it empty. */
function isReadAgain(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || !(Symbol.iterator in value)) return false;
  const iterator: unknown = (value as Iterable<unknown>)[Symbol.iterator]();
  return iterator !== value;
}

/** Both, until the first has completed. */
function during<T>(source: Observable<T>, companion: Observable<never>): Observable<T> {
  return defer(() => {
    const ended = new Subject<void>();
    return merge(companion.pipe(takeUntil(ended)), source.pipe(tap({ complete: () => ended.next() })));
  });
}
