import {
  asyncScheduler,
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
import { badOption, optionChecks } from '../core/options.ts';
import type { Shape, Value, Verdict } from '../core/reading.ts';
import { FleetDetector } from '../models/fleet/fleetDetector.ts';
import { FLEET_OPTION_NAMES, type FleetOptions, resolveFleetOptions } from '../models/fleet/fleetOptions.ts';
import type { Measured, ValueOf, WithValue } from './measured.ts';

const NAMES = [...FLEET_OPTION_NAMES.filter((name) => name !== 'clock'), 'maxWait', 'scheduler'];

/** Everything about detecting anomalies in a fleet, and when the engine is called. */
export interface DetectFleetOptions<E, V extends Value> extends Omit<FleetOptions<E, V>, 'clock'> {
  /**
   * Milliseconds after which the engine is called for the events that wait, be they less than `maxBatch`; 0 calls it for
   * every event at once.
   * @default 10
   */
  readonly maxWait?: number;
  /** The clock of `maxWait`, and of `idleTimeout` for events without times. @default asyncScheduler */
  readonly scheduler?: SchedulerLike;
}

/**
 * `detectAnomalies` for thousands of keys: they share one set of weights, learnt from all of them, and each has its own
 * hidden state, scale, tails and threshold. Good for many sources of the same kind; forecasts are one event ahead.
 *
 * ```ts
 * readings$.pipe(detectFleet({ key: (r) => r.sensorId, value: (r) => r.celsius, onPressure: (p) => gauge.set(p.waited) }))
 * ```
 *
 * Every verdict comes in the frame of its event and in the order of events: it rests on a forecast made before. Only the
 * work that it leaves, moving the key's hidden state on, is put off and done for up to `maxBatch` keys in one engine call:
 * when so many wait, when `maxWait` has passed, when a key comes again. So batching costs no latency, and verdicts don't
 * depend on it. Nothing else is queued, so the queue is never longer than `maxBatch`; a source that is too fast is held
 * up, as work is done in its own call. `onPressure` tells of every engine call: how many events, how long they waited, why.
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
  const check = optionChecks('detectFleet');
  check.known(options, NAMES);
  const { scheduler = asyncScheduler, maxWait = 10, ...fleetOptions } = options;
  if (typeof scheduler?.now !== 'function')
    throw badOption('detectFleet', 'scheduler', 'a scheduler', scheduler);
  check.nonNegative('maxWait', maxWait);
  resolveFleetOptions('detectFleet', fleetOptions, 1);
  return (source) =>
    defer(() => {
      const fleet = new FleetDetector<E, V>({ clock: () => scheduler.now(), ...fleetOptions }, 'detectFleet');
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
        finalize(() => fleet.dispose()),
      );
    });
}
