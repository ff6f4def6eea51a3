import { checkRetry, type RetryOptions, type RetryPolicy } from '../clients/retry.ts';
import {
  accepts,
  aFunction,
  anObject,
  type OptionKind,
  positiveInteger,
  text,
  within,
} from '../core/optionKinds.ts';
import { OptionSet } from '../core/optionSet.ts';
import { badOption } from '../core/options.ts';
import type { Value } from '../core/reading.ts';
import type { StopSignal } from '../core/stopSignal.ts';
import type { Feedback } from '../models/decision/feedback.ts';
import type { DurableVerdict } from '../models/durable/durableState.ts';
import { asJson, fields, type Json, trusted } from '../models/snapshot/state.ts';
import {
  type ResolvedStreamDetector,
  resolveStreamDetector,
  type StreamDetectorOptions,
} from '../models/streamDetectorOptions.ts';
import type { DistributedEngine, Position } from './contract.ts';
import { feedbackIn } from './feedbackEvent.ts';

/**
 * Options of {@link distribute}.
 *
 * @typeParam P positions of the log
 */
export interface DistributeOptions<E, V extends Value, P extends Position> {
  /** Where events, verdicts and states are, and who has which partition: `await natsEngine({ … })`. */
  readonly engine: DistributedEngine<E, P>;
  /**
   * The options of detectAnomalies, with `fleet: true` those of detectFleet; the same for all workers. `maxKeys` and
   * `idleTimeout` say how many models of a partition are in memory and for how long: the others are in the states, and come
   * back as they were.
   */
  readonly detect?: Omit<StreamDetectorOptions<E, V>, 'clock' | 'onEvict' | 'onReturn'>;
  /**
   * What is delivered of the events, as JSON with the event's `position`: `'flagged'`, the verdicts on anomalies and those with
   * which an incident ends; `'all'` verdicts; or what a function gives, undefined for nothing. Part of the configuration.
   * @default 'flagged'
   */
  readonly deliver?: 'flagged' | 'all' | ((verdict: DurableVerdict<E, V>) => object | undefined);
  /**
   * The feedback that an event carries; undefined for a reading. Feedback goes through the log, so that every worker that
   * replays it applies it at the same place. @default what `feedbackEvent` has made
   */
  readonly feedbackOf?: (event: E) => Feedback | undefined;
  /** Events of a partition that are read and whose verdicts are delivered at one go, at most. @default 256 */
  readonly batch?: number;
  /**
   * Events of a partition after which the state of a key is saved, from its first unsaved event on: about as many are
   * replayed after a crash. Fewer are replayed sooner and cost more writes: to save a state costs as much as to replay five
   * events. @default 20000, or five for each model of the partition where that is more
   */
  readonly replay?: number;
  /**
   * Milliseconds, of the times of the events, for which the state of a key without events is kept; a key that comes back later
   * begins anew, also in its incidents and feedback. A minute at least. The time of a partition is the latest of its events, of which one moves it by a
   * hundredth of this at most. Part of the configuration. @default without end
   */
  readonly keepStates?: number;
  /** The name of this worker, unlike those of all others. @default a random one */
  readonly worker?: string;
  /** Other settings that the verdicts depend on, as JSON: workers and states with others are refused. @default nothing */
  readonly config?: Json;
  /** When to try again what the engine could not do. @default without end */
  readonly retry?: RetryOptions;
  /** An `AbortSignal`. Hands over all partitions when it aborts, then the Observable completes. */
  readonly signal?: StopSignal;
}

type AnyOptions = DistributeOptions<unknown, Value, Position>;
type Defaulted = 'detect' | 'deliver' | 'feedbackOf' | 'batch' | 'config' | 'retry';

/** DistributeOptions with every default filled in. */
export interface CheckedDistribute<E, V extends Value, P extends Position>
  extends DistributedEngine<E, P>,
    Required<Pick<DistributeOptions<E, V, P>, 'deliver' | 'feedbackOf' | 'batch' | 'worker' | 'config'>>,
    Pick<DistributeOptions<E, V, P>, 'replay' | 'signal' | 'keepStates'> {
  readonly detect: ResolvedStreamDetector<E, V>;
  readonly retry: RetryPolicy;
}

export const WHERE = 'distribute';

/** Of `keepStates`. */
export const keepStatesKind: OptionKind = within(60_000, 1e13);

const distributeOptions: OptionSet<
  AnyOptions,
  AnyOptions & Required<Pick<AnyOptions, Defaulted>>,
  CheckedDistribute<unknown, Value, Position>
> = new OptionSet(
  {
    engine: {
      kind: { range: 'an engine', expected: missing },
      required: true,
      about: 'where events, verdicts and states are, and who has which partition',
      when: 'always given',
    },
    detect: { kind: anObject, default: {}, about: 'the options of detectAnomalies', when: 'as there' },
    deliver: {
      kind: accepts(
        "'flagged', 'all' or a function",
        (value) => value === 'flagged' || value === 'all' || typeof value === 'function',
      ),
      default: 'flagged',
      about: 'which verdicts are delivered, or what of them',
      when: "'all' where every value is shown",
    },
    feedbackOf: {
      kind: aFunction,
      default: feedbackIn,
      about: 'the feedback that an event carries',
      when: 'where events carry it in another form',
    },
    batch: {
      kind: positiveInteger(65_536, 'verdicts of a batch are in memory'),
      default: 256,
      unit: 'events',
      about: 'events that are read and delivered at one go',
      when: 'more for throughput, fewer for smaller messages',
    },
    replay: {
      kind: positiveInteger(),
      defaultText: '20000, or five a model',
      unit: 'events',
      about: 'events of a partition that are replayed after a crash, about',
      when: 'more to write less, fewer to recover sooner',
    },
    keepStates: {
      kind: keepStatesKind,
      defaultText: 'without end',
      unit: 'ms',
      about: 'for how long the state of a key without events is kept, by the times of events',
      when: 'where keys come and go for good, such as those of containers',
    },
    worker: {
      kind: text,
      defaultText: 'a random one',
      about: 'the name of this worker',
      when: 'for displays',
    },
    config: {
      kind: accepts('JSON', (value) => typeof value !== 'function' && typeof value !== 'symbol'),
      default: null,
      about: 'other settings that the verdicts depend on',
      when: 'where workers with other settings must be refused',
    },
    retry: { kind: anObject, default: {}, about: 'when to try again', when: 'to give up some time' },
    signal: {
      kind: accepts('an AbortSignal', (value) => value instanceof AbortSignal),
      about: 'hands over all partitions when it aborts',
      when: 'to stop with everything saved',
    },
  },
  (where, { engine, detect, config, retry, worker, ...rest }) => {
    for (const name of ['clock', 'onEvict', 'onReturn'])
      if (name in detect)
        throw badOption(where, `detect.${name}`, 'left out: models are in the states', 'one');
    const { log, out, states, assignment } = engine;
    const { partitions } = log;
    if (!Number.isSafeInteger(partitions) || partitions < 1)
      throw badOption(where, 'engine.log.partitions', 'a positive integer', partitions);
    return {
      ...{ ...rest, log, out, states, assignment },
      detect: resolveStreamDetector(where, detect),
      worker: worker ?? crypto.randomUUID(),
      config: trusted<Json>(fields(asJson({ config })).config ?? null),
      retry: checkRetry(where, retry, { limit: Infinity }),
    };
  },
);

/** @throws RxAnomalyError BAD_OPTION */
export function checkDistribute<E, V extends Value, P extends Position>(
  options: DistributeOptions<E, V, P>,
): CheckedDistribute<E, V, P> {
  const checked: unknown = distributeOptions.resolve(WHERE, options as unknown as AnyOptions);
  return checked as CheckedDistribute<E, V, P>;
}

const METHODS = {
  log: ['read', 'compare', 'lag', 'publish'],
  out: ['last', 'append', 'read'],
  states: ['load', 'save'],
  assignment: ['watch', 'release', 'owners'],
};

/** What an engine lacks. */
function missing(engine: unknown): string | undefined {
  for (const [part, methods] of Object.entries(METHODS))
    for (const method of methods) {
      const found = (engine as Record<string, Record<string, unknown> | undefined> | null | undefined)?.[
        part
      ];
      if (typeof found?.[method] !== 'function') return `an engine with ${part}.${method}()`;
    }
  return undefined;
}
