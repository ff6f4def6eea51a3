import {
  defer,
  exhaustMap,
  filter,
  finalize,
  ignoreElements,
  map,
  merge,
  type OperatorFunction,
  type SchedulerLike,
  Subject,
  takeUntil,
  tap,
  timer,
} from 'rxjs';
import { LONGEST_TIMER, nonNegative } from '../core/optionKinds.ts';
import { OptionSet } from '../core/optionSet.ts';
import type { Shape, Value, Verdict } from '../core/reading.ts';
import { refuseCovariates } from '../models/covariates/covariateReader.ts';
import { FleetDetector } from '../models/fleet/fleetDetector.ts';
import {
  type FleetOptions,
  fleetTable,
  type ResolvedFleetOptions,
  resolveFleet,
  withReader,
} from '../models/fleet/fleetOptions.ts';
import { schedulerSpec } from './detectAnomalies.ts';
import type { Measured, ValueOf, WithValue } from './measured.ts';
import { problemReporter } from './problemReporter.ts';

/** Everything about detecting anomalies in a fleet, and when the engine is called. */
export interface DetectFleetOptions<E, V extends Value> extends Omit<FleetOptions<E, V>, 'clock'> {
  /**
   * Milliseconds, 0 … 2^31 − 1, after which the engine is called for the events that wait, be they less than `maxBatch`;
   * 0 calls it for every event at once.
   * @default 10
   */
  readonly maxWait?: number;
  /** The clock of `maxWait`, and of `idleTimeout` for events without times. @default asyncScheduler */
  readonly scheduler?: SchedulerLike;
}

type AnyOptions = DetectFleetOptions<unknown, Value>;

const { clock, ...fleetPart } = fleetTable;

const detectFleetOptions: OptionSet<
  AnyOptions,
  AnyOptions & Required<Pick<AnyOptions, 'maxWait' | 'scheduler'>>,
  Required<Pick<AnyOptions, 'maxWait' | 'scheduler'>> & { readonly fleet: ResolvedFleetOptions }
> = new OptionSet(
  {
    ...fleetPart,
    maxWait: {
      kind: nonNegative(LONGEST_TIMER, 'timers hold no more'),
      default: 10,
      unit: 'milliseconds',
      about: 'time after which the engine is called for the events that wait',
      when: '0 for no waiting, more for fewer calls',
    },
    scheduler: schedulerSpec,
  },
  (where, { maxWait, scheduler }, given) => {
    const { maxWait: _, scheduler: __, ...fleet } = given;
    return { maxWait, scheduler, fleet: resolveFleet(where, { ...fleet, clock: () => scheduler.now() }) };
  },
);

/**
 * `detectAnomalies` for thousands of keys: they share one set of weights, learnt from all of them, and each has its own
 * hidden state, scale, tails and threshold. Good for many sources of the same kind; forecasts are one event ahead.
 *
 * ```ts
 * readings$.pipe(detectFleet({ key: (r) => r.sensorId, value: (r) => r.celsius, onPressure: (p) => gauge.set(p.waited) }))
 * ```
 *
 * Every verdict comes synchronously with its event and in the order of events: its forecast was made before. Only the
 * remaining work, updating the key's hidden state, is deferred and done for up to `maxBatch` keys in one engine call:
 * when so many wait, when `maxWait` has passed, or when a key comes again. So batching costs no latency, and verdicts
 * do not depend on it. Nothing else is queued, so the queue is never longer than `maxBatch`; a source that is too
 * fast is slowed down, as the work is done in its own call. `onPressure` is called with every engine call: how many
 * events, how long they waited, why.
 *
 * @throws RxAnomalyError BAD_OPTION when called with a wrong option
 */
export function detectFleet<E, V extends Value>(
  options: DetectFleetOptions<E, V> & WithValue<E, V>,
): OperatorFunction<E, Verdict<E, Shape<V>>>;
/** Of events that need no `value` selector: numbers, lists of them, or what has either in its field `value`. */
export function detectFleet<E extends Measured>(
  options?: DetectFleetOptions<E, ValueOf<E>>,
): OperatorFunction<E, Verdict<E, ValueOf<E>>>;
export function detectFleet<E, V extends Value>(
  options: DetectFleetOptions<E, V> = {},
): OperatorFunction<E, Verdict<E, V>> {
  refuseCovariates('detectFleet', options, 'left out: a fleet has none; detectAnomalies has');
  const resolved = detectFleetOptions.resolve('detectFleet', options as AnyOptions);
  const { maxWait, scheduler } = resolved;
  const fleetOptions = resolved.fleet as ResolvedFleetOptions<E, V>;
  return (source) =>
    defer(() => {
      const { onProblem, finish } = problemReporter('detectFleet', fleetOptions.reader.onProblem);
      const reader = { ...fleetOptions.reader, onProblem };
      const fleet = new FleetDetector<E, V>(withReader(fleetOptions, reader), 'detectFleet');
      const waiting = new Subject<void>();
      const ended = new Subject<void>();
      const detect = (event: E): Verdict<E, V> | undefined => {
        const verdict = fleet.process(event);
        if (maxWait === 0) fleet.flush('wait');
        else if (fleet.queued > 0) waiting.next();
        return verdict;
      };
      const timed = waiting.pipe(
        exhaustMap(() => timer(maxWait, scheduler)),
        takeUntil(ended),
        tap(() => fleet.flush('wait')),
        ignoreElements(),
      );
      const end = (): void => {
        fleet.flush('end');
        ended.next();
      };
      return merge(timed, source.pipe(map(detect), tap({ complete: end }))).pipe(
        filter((verdict) => verdict !== undefined),
        finalize(() => {
          finish();
          fleet.dispose();
        }),
      );
    });
}
