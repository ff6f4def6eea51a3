import { accepts, aFunction, positive, positiveInteger } from '../../core/optionKinds.ts';
import { OptionSet, type OptionTable } from '../../core/optionSet.ts';
import type { Value } from '../../core/reading.ts';
import type { FleetEngineFactory, FleetEngineName } from '../../numerics/engines/fleet/createFleet.ts';
import { refuseCovariates } from '../covariates/covariateReader.ts';
import { type ResolvedRecurrence, recurrenceOptions, recurrenceTable } from '../decision/recurrence.ts';
import {
  type ResolvedThreshold,
  type ThresholdOptions,
  thresholdOptions,
  thresholdTable,
} from '../decision/thresholdOptions.ts';
import {
  type LstmOptions,
  lstmOptions,
  lstmTable,
  type ResolvedLstmOptions,
} from '../forecasters/lstmOptions.ts';
import { keyTable } from '../keyOptions.ts';
import { type ReaderOptions, readerOptions, readerTable } from '../readerOptions.ts';
import type { StreamDetectorOptions } from '../streamDetectorOptions.ts';
import type { TransformName } from '../transform.ts';

type SharedLstmOptions = Pick<
  LstmOptions,
  | 'hidden'
  | 'layers'
  | 'lags'
  | 'calendar'
  | 'skip'
  | 'optimizer'
  | 'learningRate'
  | 'clipNorm'
  | 'forgetBias'
  | 'seed'
>;

type KeyOptions<E, V extends Value> = Pick<
  StreamDetectorOptions<E, V>,
  'key' | 'transform' | 'recurring' | 'idleTimeout' | 'onEvict' | 'onReturn'
>;

/** Reason for an engine call. */
export type FleetCause =
  | 'full' // as many events waited as the batch holds
  | 'again' // a key came back while its last event waited
  | 'update' // the weights were about to change: earlier events use the old ones
  | 'wait' // the time was up
  | 'leave' // a key left, or a snapshot was requested
  | 'end'; // the stream was over

/** One engine call, and the state of the fleet. */
export interface FleetPressure {
  /** Events in the call. */
  readonly batch: number;
  /** Events that a call takes at most: `maxBatch`. The queue is never longer. */
  readonly capacity: number;
  /** How long the oldest of them waited, milliseconds of the clock. */
  readonly waited: number;
  readonly cause: FleetCause;
  /** Keys alive. */
  readonly keys: number;
  /** Updates of the shared weights so far. */
  readonly updates: number;
}

/** Everything about detecting anomalies in a fleet: many keys, one set of weights. */
export interface FleetOptions<E, V extends Value>
  extends Omit<ReaderOptions<E, V>, 'covariates'>,
    SharedLstmOptions,
    ThresholdOptions,
    KeyOptions<E, V> {
  /** Events of one key that each segment back-propagates through, 1 … 4096. @default 16 */
  readonly window?: number;
  /** Segments, of whatever keys, whose mean gradient makes one update, 1 … 4096. @default 16 */
  readonly batchSize?: number;
  /** −log10 of the probability that scores 0.5. Higher than for one stream: many keys have many chances. @default 3.5 */
  readonly surprise?: number;
  /** Keys alive at most; the one that was idle longest gives way. At most 16777216, as many as a Map holds. @default 100000 */
  readonly maxKeys?: number;
  /** Events that wait for one engine call at most, 1 … 65536. @default 256 */
  readonly maxBatch?: number;
  /**
   * The clock of `onPressure`, and of `idleTimeout` for events without times, in milliseconds.
   * @default one that stands still
   */
  readonly clock?: () => number;
  /** Called after every engine call. */
  readonly onPressure?: (pressure: FleetPressure) => void;
  /**
   * Where the arithmetic is done: by name, or a function that creates it, such as `await chooseFleet()`. @default
   * 'wasm'
   */
  readonly engine?: FleetEngineName | FleetEngineFactory;
}

/** The options that take numbers and names, with their defaults. */
export interface ResolvedFleetOptions<E = unknown, V extends Value = Value>
  extends Pick<FleetOptions<E, V>, 'key' | 'idleTimeout' | 'clock' | 'onEvict' | 'onReturn' | 'onPressure'> {
  readonly reader: ReaderOptions<E, V>;
  readonly lstm: ResolvedLstmOptions;
  readonly threshold: ResolvedThreshold;
  readonly transform: TransformName;
  readonly recurrence: ResolvedRecurrence;
  readonly recurring: RecurrenceOption;
  readonly batchSize: number;
  readonly surprise: number;
  readonly maxKeys: number;
  readonly maxBatch: number;
  readonly engine: FleetEngineName | FleetEngineFactory;
}

type RecurrenceOption = Exclude<StreamDetectorOptions<unknown, Value>['recurring'], undefined>;

type AnyOptions = FleetOptions<unknown, Value>;

/** What has a default here that the tables of others do not have, or another. */
type CheckedFleet = AnyOptions &
  Required<
    Pick<
      AnyOptions,
      'transform' | 'recurring' | 'window' | 'batchSize' | 'surprise' | 'maxKeys' | 'maxBatch' | 'engine'
    >
  >;

const { covariates: _, ...ownTable } = readerTable;

/** The table for whoever has these options among others. */
export const fleetTable: OptionTable<AnyOptions, CheckedFleet> = {
  ...ownTable,
  key: keyTable.key,
  transform: keyTable.transform,
  maxKeys: { ...keyTable.maxKeys, default: 100_000 },
  ...thresholdTable,
  ...recurrenceTable,
  surprise: {
    kind: positive(),
    default: 3.5,
    unit: '−log10 of a probability',
    about: 'surprise that gives the score 0.5',
    when: 'higher for fewer alerts the more keys there are',
  },
  hidden: lstmTable.hidden,
  layers: lstmTable.layers,
  window: { ...lstmTable.window, default: 16 },
  batchSize: {
    kind: positiveInteger(4096, 'all of them are kept'),
    default: 16,
    unit: 'segments',
    about: 'segments whose mean gradient makes one update',
    when: 'more for steadier learning, which is slower',
  },
  lags: lstmTable.lags,
  calendar: lstmTable.calendar,
  skip: lstmTable.skip,
  optimizer: lstmTable.optimizer,
  learningRate: lstmTable.learningRate,
  clipNorm: lstmTable.clipNorm,
  forgetBias: lstmTable.forgetBias,
  seed: lstmTable.seed,
  maxBatch: {
    kind: positiveInteger(65_536, 'the engine has room for all of them'),
    default: 256,
    unit: 'events',
    about: 'events that wait for one engine call at most',
    when: 'more for throughput with many keys',
  },
  idleTimeout: keyTable.idleTimeout,
  clock: keyTable.clock,
  onEvict: keyTable.onEvict,
  onReturn: keyTable.onReturn,
  onPressure: {
    kind: aFunction,
    defaultText: 'nothing is reported',
    about: 'called after every engine call',
    when: 'to measure load',
  },
  engine: {
    kind: accepts(
      "'wasm', 'reference' or a function that creates one",
      (value) => value === 'wasm' || value === 'reference' || typeof value === 'function',
    ),
    default: 'wasm',
    about: 'where the arithmetic is done',
    when: '`await chooseFleet()` for the fastest there is',
  },
};

export const fleetOptions: OptionSet<AnyOptions, CheckedFleet, ResolvedFleetOptions> = new OptionSet(
  fleetTable,
  (where, checked, given) => {
    const { window, transform, recurring, batchSize, surprise, maxKeys, maxBatch, engine } = checked;
    const { key, idleTimeout, clock, onEvict, onReturn, onPressure } = checked;
    const { engine: _, ...named } = lstmOptions.pick(given);
    const lstm = lstmOptions.resolve(where, { ...named, window, horizons: [1] });
    return {
      reader: readerOptions.resolvePart(where, given),
      lstm,
      threshold: thresholdOptions.resolvePart(where, given),
      recurrence: recurrenceOptions.resolvePart(where, given),
      ...{ transform, recurring, batchSize, surprise, maxKeys, maxBatch, engine },
      ...(key === undefined ? {} : { key }),
      ...(idleTimeout === undefined ? {} : { idleTimeout }),
      ...(clock === undefined ? {} : { clock }),
      ...(onEvict === undefined ? {} : { onEvict }),
      ...(onReturn === undefined ? {} : { onReturn }),
      ...(onPressure === undefined ? {} : { onPressure }),
    };
  },
);

/** Resolved options with another reader of events. */
export function withReader<E, V extends Value>(
  resolved: ResolvedFleetOptions<E, V>,
  reader: ReaderOptions<E, V>,
): ResolvedFleetOptions<E, V> {
  const all = resolved as ResolvedFleetOptions<unknown, Value>;
  return fleetOptions.with(all, { reader: reader as ReaderOptions<unknown, Value> }) as ResolvedFleetOptions<
    E,
    V
  >;
}

/** Checks the options and fills in the defaults; what was resolved before is returned as it is. */
export function resolveFleet<E, V extends Value>(
  where: string,
  options: FleetOptions<E, V> | ResolvedFleetOptions<E, V>,
): ResolvedFleetOptions<E, V> {
  refuseCovariates(where, options, 'left out: a fleet has none; detectAnomalies has');
  return fleetOptions.resolve(where, options as AnyOptions) as ResolvedFleetOptions<E, V>;
}
