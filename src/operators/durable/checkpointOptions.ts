import type { Observable, ObservableInput, SchedulerLike } from 'rxjs';
import {
  accepts,
  aFunction,
  anObject,
  LONGEST_TIMER,
  type OptionKind,
  positive,
} from '../../core/optionKinds.ts';
import { OptionSet } from '../../core/optionSet.ts';
import { badOption } from '../../core/options.ts';
import type { Value } from '../../core/reading.ts';
import { isRecord } from '../../core/selectors.ts';
import type { StopSignal } from '../../core/stopSignal.ts';
import {
  type ChangeOptions,
  type ChangeTrackerOptions,
  changeOptions,
} from '../../models/changes/changeTracker.ts';
import { type AbsenceOptions, absentAfterSpec, absentBySpec } from '../../models/decision/absenceWatch.ts';
import type { CheckpointStore } from '../../models/durable/checkpointStore.ts';
import type { DurableVerdict } from '../../models/durable/durableState.ts';
import { asJson, fields, type Json, trusted } from '../../models/snapshot/state.ts';
import {
  type ResolvedStreamDetector,
  resolveStreamDetector,
  type StreamDetectorOptions,
} from '../../models/streamDetectorOptions.ts';
import type { AbsencePlan } from '../absences.ts';
import { schedulerSpec } from '../detectAnomalies.ts';

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
  readonly detect?: Omit<StreamDetectorOptions<E, V>, 'clock' | 'onReturn'> & AbsenceOptions;
  /**
   * Verdicts then have `changes`: what `changePoints` finds, of up to 10,000 keys, or `maxKeys` if that is more, whether or not their
   * models are evicted. A state has 8 kB of each key, and 5 kB more for each further dimension.
   * @default none
   */
  readonly changePoints?: ChangeOptions;
  /** Other settings that the verdicts depend on, as JSON: a state saved with others is refused. @default nothing */
  readonly config?: Json;
  /**
   * Delivers the verdicts, and emits one item for each, in order, when it has arrived. A state is saved only when all
   * its verdicts have: `toInflux({ … })`, or `concatMap((verdict) => send(verdict))`.
   * @default a verdict has arrived when its subscriber has taken it
   */
  readonly deliver?: (verdicts: Observable<DurableVerdict<E, V>>) => Observable<R>;
  /** An `AbortSignal`. Stops the stream when it aborts: processed events are delivered and saved, then it completes. */
  readonly signal?: StopSignal;
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
export interface CheckedCheckpoint<E, V extends Value, P, R>
  extends Required<Omit<CheckpointOptions<E, V, P, R>, Optional | 'position' | 'detect' | 'changePoints'>>,
    Pick<CheckpointOptions<E, V, P, R>, Optional> {
  readonly position: (event: E) => unknown;
  readonly detect: ResolvedStreamDetector<E, V>;
  /** Undefined where nobody looks for absences. */
  readonly absences: AbsencePlan | undefined;
  /** Undefined where none are looked for. */
  readonly changePoints: ChangeTrackerOptions | undefined;
}

type Optional = 'deliver' | 'signal' | 'onSaveFailed';

const FEWEST_KEYS = 10_000; // whose change points are looked for, at least

type AnyOptions = CheckpointOptions<unknown, Value, unknown, unknown>;
type Defaulted = 'name' | 'every' | 'position' | 'detect' | 'config' | 'onWaiting' | 'scheduler';

const WHERE = 'checkpoint';

const absenceOptions: OptionSet<AbsenceOptions, AbsenceOptions & Required<Pick<AbsenceOptions, 'absentBy'>>> =
  new OptionSet({ absentAfter: absentAfterSpec, absentBy: absentBySpec });

const checkpointOptions: OptionSet<
  AnyOptions,
  AnyOptions & Required<Pick<AnyOptions, Defaulted>>,
  CheckedCheckpoint<unknown, Value, unknown, unknown>
> = new OptionSet(
  {
    store: {
      kind: storeKind(),
      required: true,
      about: 'where states are saved',
      when: 'always given',
    },
    name: {
      kind: accepts(
        'letters, digits, . _ and -',
        (value) => typeof value === 'string' && /^[\w.-]+$/.test(value),
      ),
      default: 'detector',
      about: 'name of the state',
      when: 'where a store has the states of several streams',
    },
    every: {
      kind: positive(LONGEST_TIMER, 'timers hold no more'),
      default: 10_000,
      unit: 'milliseconds',
      about: 'time between two states: as much is repeated after a crash',
      when: 'less to repeat less, more to save less often',
    },
    source: { kind: aFunction, required: true, about: 'the events after a position', when: 'always given' },
    position: {
      kind: aFunction,
      default: positionOf,
      about: 'the position of an event, as JSON',
      when: 'where events hold their position elsewhere',
    },
    detect: { kind: anObject, default: {}, about: 'the options of detectAnomalies', when: 'as there' },
    changePoints: {
      kind: anObject,
      defaultText: 'none',
      about: 'change points in each verdict: { minCertainty }',
      when: '{} to know what has changed for good, and when',
    },
    config: {
      kind: accepts('JSON', (value) => typeof value !== 'function' && typeof value !== 'symbol'),
      default: null,
      about: 'other settings that the verdicts depend on',
      when: 'where states saved with other settings must be refused',
    },
    deliver: { kind: aFunction, about: 'delivers the verdicts', when: 'where they go to a sink' },
    signal: {
      kind: accepts('an AbortSignal', (value) => value instanceof AbortSignal),
      about: 'stops the stream when it aborts',
      when: 'to stop with everything saved',
    },
    onSaveFailed: {
      kind: aFunction,
      about: 'called when a state could not be saved',
      when: 'to go on while the store is away',
    },
    onWaiting: {
      kind: aFunction,
      default: () => {},
      about: 'called with the change in the number of events that wait for a model',
      when: 'with a Backlog',
    },
    scheduler: schedulerSpec,
  },
  (where, { detect, config, changePoints, ...rest }) => {
    if ('onReturn' in detect) throw badOption(where, 'detect.onReturn', 'left out: it is the store', 'one');
    const { absentAfter, absentBy } = absenceOptions.resolvePart(where, detect);
    const { absentAfter: _, absentBy: __, ...others } = detect;
    const resolved = resolveStreamDetector(where, { ...others, clock: () => rest.scheduler.now() });
    const { maxKeys } = resolved;
    return {
      ...rest,
      detect: resolved,
      changePoints: changePoints && {
        ...changeOptions.resolve(`${where}: changePoints`, changePoints),
        maxKeys: Math.max(FEWEST_KEYS, maxKeys),
      },
      absences: absentAfter === undefined ? undefined : { absentAfter, absentBy, maxKeys },
      config: trusted<Json>(fields(asJson({ config })).config ?? null),
    };
  },
);

/** @throws RxAnomalyError BAD_OPTION */
export function checkCheckpoint<E, V extends Value, P, R>(
  options: CheckpointOptions<E, V, P, R>,
): CheckedCheckpoint<E, V, P, R> {
  // What types events, positions and results have makes no difference to the checks.
  const checked: unknown = checkpointOptions.resolve(WHERE, options as unknown as AnyOptions);
  return checked as CheckedCheckpoint<E, V, P, R>;
}

function storeKind(): OptionKind {
  const missing = (value: unknown): string | undefined =>
    ['load', 'save', 'remove'].find(
      (method) => typeof (value as Record<string, unknown> | undefined)?.[method] !== 'function',
    );
  return {
    range: 'an object with methods load, save and remove',
    expected: (value) => {
      const method = missing(value ?? undefined);
      return method === undefined ? undefined : `with a method ${method}`;
    },
  };
}

function positionOf(event: unknown): unknown {
  return isRecord(event) ? event.position : undefined;
}
