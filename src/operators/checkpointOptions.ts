import { asyncScheduler, type Observable, type ObservableInput, type SchedulerLike } from 'rxjs';
import { badOption, optionChecks } from '../core/options.ts';
import type { Value } from '../core/reading.ts';
import { isRecord } from '../core/selectors.ts';
import type { CheckpointStore } from '../models/durable/checkpointStore.ts';
import type { DurableVerdict } from '../models/durable/durableDetector.ts';
import { asJson, fields, type Json, trusted } from '../models/snapshot.ts';
import {
  type ResolvedStreamDetector,
  resolveStreamDetector,
  type StreamDetectorOptions,
} from '../models/streamDetectorOptions.ts';

/**
 * Options of {@link checkpoint}.
 *
 * @typeParam P position of an event in its source: JSON
 * @typeParam R what `deliver` emits
 */
export interface CheckpointOptions<E, V extends Value, P, R> {
  /** Where states are saved. */
  readonly store: CheckpointStore;
  /** Name of the state: letters, digits, `.`, `_` and `-`; one for each stream. @default 'detector' */
  readonly name?: string;
  /** Milliseconds between two states, above 0 and below 2^31: as much is repeated after a crash. @default 10000 */
  readonly every?: number;
  /**
   * The events after the one with this position; from the beginning where it is undefined. A source without positions
   * skips the number of events that were processed: `skip(events)`.
   */
  readonly source: (position: P | undefined, events: number) => ObservableInput<E>;
  /** The position of an event, as JSON. @default its field `position`; none if it has none */
  readonly position?: (event: E) => P;
  /** The options of detectAnomalies. The store takes the role of `onReturn`. */
  readonly detect?: Omit<StreamDetectorOptions<E, V>, 'clock' | 'onReturn'>;
  /** Other settings that the verdicts depend on, as JSON: a state saved with others is refused. @default nothing */
  readonly config?: Json;
  /**
   * Delivers the verdicts, and emits one item for each, in order, when it has arrived. A state is saved only when all
   * its verdicts have: `toInflux({ … })`, or `concatMap((verdict) => send(verdict))`.
   * @default a verdict has arrived when its subscriber has taken it
   */
  readonly deliver?: (verdicts: Observable<DurableVerdict<E, V>>) => Observable<R>;
  /** Stops the stream when it aborts: processed events are delivered and saved, then it completes. */
  readonly signal?: AbortSignal;
  /**
   * Called when a state could not be saved; the next attempt is `every` later. @default the stream ends with the
   * error
   */
  readonly onSaveFailed?: (error: unknown) => void;
  /** Called with the change in the number of events that wait for a model from the store: `Backlog.add`. */
  readonly onWaiting?: (change: number) => void;
  /** The clock. @default asyncScheduler */
  readonly scheduler?: SchedulerLike;
}

/** CheckpointOptions with every default filled in. */
export interface CheckedCheckpoint<E, V extends Value, P, R> {
  readonly store: CheckpointStore;
  readonly name: string;
  readonly every: number;
  readonly source: (position: P | undefined, events: number) => ObservableInput<E>;
  readonly position: (event: E) => unknown;
  readonly detect: ResolvedStreamDetector<E, V>;
  readonly config: Json;
  readonly deliver: ((verdicts: Observable<DurableVerdict<E, V>>) => Observable<R>) | undefined;
  readonly signal: AbortSignal | undefined;
  readonly onSaveFailed: ((error: unknown) => void) | undefined;
  readonly onWaiting: (change: number) => void;
  readonly scheduler: SchedulerLike;
}

const WHERE = 'checkpoint';
/** What timers can count: setTimeout takes 32 bits. */
const LONGEST = 2 ** 31 - 1;
const NAMES: readonly (keyof CheckpointOptions<never, Value, never, never>)[] = [
  ...(['store', 'name', 'every', 'source', 'position', 'detect', 'config'] as const),
  ...(['deliver', 'signal', 'onSaveFailed', 'onWaiting', 'scheduler'] as const),
];

/** @throws RxAnomalyError BAD_OPTION */
export function checkCheckpoint<E, V extends Value, P, R>(
  options: CheckpointOptions<E, V, P, R>,
): CheckedCheckpoint<E, V, P, R> {
  const check = optionChecks(WHERE);
  check.known(options, NAMES);
  const {
    store,
    name = 'detector',
    source,
    detect = {},
    config = null,
    signal,
    scheduler = asyncScheduler,
  } = options;
  for (const method of ['load', 'save', 'remove'] as const) {
    if (typeof store?.[method] !== 'function')
      throw badOption(WHERE, 'store', `with a method ${method}`, store);
  }
  if (typeof name !== 'string' || !/^[\w.-]+$/.test(name)) {
    throw badOption(WHERE, 'name', 'letters, digits, . _ and -', name);
  }
  if (typeof source !== 'function') throw badOption(WHERE, 'source', 'a function', source);
  for (const option of ['position', 'deliver', 'onSaveFailed', 'onWaiting'] as const) {
    check.optionalFunction(option, options[option]);
  }
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw badOption(WHERE, 'signal', 'an AbortSignal', signal);
  }
  if (typeof scheduler?.now !== 'function') throw badOption(WHERE, 'scheduler', 'a scheduler', scheduler);
  if ('onReturn' in detect) throw badOption(WHERE, 'detect.onReturn', 'left out: it is the store', 'one');
  return {
    ...{ store, name, source, scheduler },
    detect: resolveStreamDetector(WHERE, { ...detect, clock: () => scheduler.now() }),
    every: check.within('every', check.positive('every', options.every ?? 10_000), 0, LONGEST),
    config: trusted<Json>(fields(asJson({ config })).config ?? null),
    position: options.position ?? positionOf,
    onWaiting: options.onWaiting ?? (() => {}),
    deliver: options.deliver,
    signal,
    onSaveFailed: options.onSaveFailed,
  };
}

function positionOf(event: unknown): unknown {
  return isRecord(event) ? event.position : undefined;
}
